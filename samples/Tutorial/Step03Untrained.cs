using Microsoft.ML.Data;

namespace Tutorial;

/// <summary>What the network predicts before it has learned anything: about one half for every row.</summary>
internal static class Step03Untrained
{
    public static void Run()
    {
        Print.Title("3. Predictions of the untrained network");
        float[] probabilities = [.. Step02Network.Untrained().Transform(Step01Data.Data).GetColumn<float>("Probability")];
        Console.WriteLine($"the first ten: {Print.Row(probabilities.Take(5))}");
        Console.WriteLine($"               {Print.Row(probabilities.Skip(5).Take(5))}");
        Console.WriteLine($"all rows: from {probabilities.Min():F4} to {probabilities.Max():F4}");
    }
}
