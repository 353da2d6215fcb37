using System.Globalization;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>
/// How long fuzzers run: their own number of rounds, times the environment variable DENSENET_FUZZ. For example,
/// <c>DENSENET_FUZZ=100 dotnet test DenseNet.sln -c Release --filter TestCategory=Fuzz</c>.
/// </summary>
/// <remarks>A longer run begins with the rounds of a shorter one.</remarks>
internal static class FuzzRounds
{
    /// <summary>The category of all fuzzers.</summary>
    public const string Category = "Fuzz";

    private const string Variable = "DENSENET_FUZZ";

    private static readonly int Factor = ReadFactor();

    /// <param name="rounds">The rounds of a run of the whole suite.</param>
    public static int Of(int rounds) => checked(rounds * Factor);

    private static int ReadFactor()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } text)
            return 1;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int factor) && factor > 0
            ? factor
            : throw new InvalidOperationException($"{Variable} is '{text}'; it must be a whole number of at least 1.");
    }
}
