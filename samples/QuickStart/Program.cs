Console.WriteLine("Microsoft.ML.DenseNet quick start");
