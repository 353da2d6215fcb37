namespace Microsoft.ML.DenseNet.Reporting.Tests;

/// <summary>A row with numbers, one of which is sometimes missing, a category and a constant.</summary>
internal sealed class LoanRow
{
    public static readonly string[] Purposes = ["car", "education", "home", "travel"];

    public float Income { get; set; }

    public float Amount { get; set; }

    public float Age { get; set; }

    public float Constant { get; set; } = 3;

    public string Purpose { get; set; } = "";

    public bool Label { get; set; }

    public float Value { get; set; }

    public string Class { get; set; } = "";

    /// <summary>Rows whose label depends on the product of two numbers, on the category and a little on the third number.</summary>
    public static IReadOnlyList<LoanRow> Create(int rows, int seed = 1, int classes = 3)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, rows).Select(_ =>
        {
            float income = 1 + 4 * random.NextSingle(), amount = 1 + 4 * random.NextSingle(), age = 20 + 50 * random.NextSingle();
            int purpose = random.Next(Purposes.Length);
            double score = (income - 3) * (3 - amount) + 0.8 * purpose + 0.02 * (age - 45);
            return new LoanRow
            {
                Income = income,
                Amount = amount,
                Age = random.Next(12) == 0 ? float.NaN : age,
                Purpose = Purposes[purpose],
                Label = score + random.NextDouble() > 1.5,
                Value = (float)score,
                Class = $"class {Math.Clamp((int)(classes / 2 + score * classes / 6), 0, classes - 1)}",
            };
        })];
    }
}
