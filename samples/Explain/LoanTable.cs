namespace Explain;

/// <summary>
/// A synthetic table of loans. Nobody in it exists, and its rule is known, so that explanations can be held against it:
/// the log-odds of being repaid fall with the share of the income that the monthly payment takes, grow with savings and with years in the job, fall with
/// other loans, depend on the purpose, and are lower for those who rent and have been in their job for less than two years. Chance decides the rest.
/// </summary>
internal static class LoanTable
{
    private static readonly (string Name, double Share, double LogOdds)[] Purposes = [("car", 0.4, 0.3), ("home", 0.25, 0.4), ("education", 0.1, 0), ("travel", 0.15, -0.3), ("business", 0.1, -0.9)];

    /// <summary>Makes applications; the same ones for the same seed.</summary>
    public static LoanApplication[] Create(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Create(random))];
    }

    private static LoanApplication Create(Random random)
    {
        double income = Round(2400 * Math.Exp(0.4 * Normal(random)), 50);
        double amount = Round(6000 * Math.Exp(0.6 * Normal(random)), 100);
        double months = 12 * random.Next(1, 6);
        double years = Math.Round(-5 * Math.Log(1 - random.NextDouble()), 1);
        double savings = random.NextDouble() < 0.3 ? 0 : Round(income * 3 * random.NextDouble() * random.NextDouble(), 100);
        int others = random.NextDouble() < 0.6 ? 0 : random.Next(1, 4);
        bool owns = random.NextDouble() < 0.4;
        var purpose = Draw(random);

        double payment = 1.1 * amount / months;
        double logOdds = 1.3 - (9 * ((payment / income) - 0.1)) + (0.5 * Math.Log(1 + (savings / 500))) + (0.05 * Math.Min(years, 15)) - (0.5 * others)
            + purpose.LogOdds - (!owns && years < 2 ? 0.8 : 0);
        return new LoanApplication
        {
            Income = (float)income,
            Amount = (float)amount,
            Months = (float)months,
            YearsEmployed = (float)years,
            Savings = random.NextDouble() < 0.15 ? float.NaN : (float)savings,
            OtherLoans = others,
            Purpose = purpose.Name,
            Housing = owns ? "owns" : "rents",
            Repaid = random.NextDouble() < 1 / (1 + Math.Exp(-logOdds)),
        };
    }

    private static (string Name, double Share, double LogOdds) Draw(Random random)
    {
        double left = random.NextDouble();
        foreach (var purpose in Purposes)
        {
            left -= purpose.Share;
            if (left < 0)
                return purpose;
        }

        return Purposes[^1];
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static double Round(double value, double step) => step * Math.Round(value / step);
}
