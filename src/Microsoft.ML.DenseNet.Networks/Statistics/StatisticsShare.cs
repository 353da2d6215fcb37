namespace Microsoft.ML.DenseNet;

/// <summary>Shares of rows as they are stored.</summary>
internal static class StatisticsShare
{
    /// <summary>The number of decimal places stored, which is enough for every use and keeps files small.</summary>
    private const int Digits = 6;

    private const double Smallest = 1e-6;

    /// <summary>Returns a share rounded to what is stored; what is above 0 stays so.</summary>
    public static double Of(double share) => share > 0 ? Math.Clamp(Math.Round(share, Digits), Smallest, 1) : 0;
}
