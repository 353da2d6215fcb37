open System
open System.IO
open Microsoft.ML
open Microsoft.ML.Data
open Microsoft.ML.DenseNet

/// A line of the data file: some of its columns.
[<CLIMutable>]
type Car =
    { [<LoadColumn(2)>] Make: string
      [<LoadColumn(6)>] BodyStyle: string
      [<LoadColumn(13)>] CurbWeight: float32
      [<LoadColumn(16)>] EngineSize: float32
      [<LoadColumn(21)>] Horsepower: float32
      [<LoadColumn(24)>] HighwayMpg: float32
      [<LoadColumn(25)>] Price: float32 }

/// What the model adds to it.
[<CLIMutable>]
type PricedCar =
    { Make: string
      Horsepower: float32
      Score: float32 }

let mlContext = MLContext(seed = Nullable 1)

// An empty field is a missing number. Without this option it would be 0.
let options = TextLoader.Options(HasHeader = true, Separators = [| ',' |], MissingRealsAsNaNs = true)
let cars = mlContext.Data.CreateTextLoader<Car>(options).Load(Path.Combine(AppContext.BaseDirectory, "cars.csv"))
let priced = mlContext.Data.FilterRowsByMissingValues(cars, "Price")
let split = mlContext.Data.TrainTestSplit(priced, testFraction = 0.2)

let pipeline =
    EstimatorChain<ITransformer>()
        .Append(mlContext.Transforms.Categorical.OneHotEncoding([| InputOutputColumnPair("MakeSlots", "Make"); InputOutputColumnPair("BodySlots", "BodyStyle") |]))
        .Append(mlContext.Transforms.Concatenate("Features", "MakeSlots", "BodySlots", "CurbWeight", "EngineSize", "Horsepower", "HighwayMpg"))
        .Append(mlContext.Regression.Trainers.DenseNet(labelColumnName = "Price"))

let model = pipeline.Fit(split.TrainSet)
let metrics = mlContext.Regression.Evaluate(model.Transform(split.TestSet), labelColumnName = "Price")
printfn $"Cars that it has not seen: R² {metrics.RSquared:F3}, mean absolute error {metrics.MeanAbsoluteError:F0} dollars."

mlContext.Data.CreateEnumerable<PricedCar>(model.Transform(cars), reuseRowObject = false)
|> Seq.skip 201 // the last four have no price
|> Seq.iter (fun car -> printfn $"{car.Make,-8} {car.Horsepower,4} hp {car.Score,8:F0} dollars")
