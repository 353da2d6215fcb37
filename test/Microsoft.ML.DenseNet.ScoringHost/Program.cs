Console.WriteLine("Scores a saved model in a process without libtorch.");
