namespace ScoringAtScale.Training;

/// <summary>A row as it is trained on and predicted.</summary>
internal sealed class Row
{
    public long Id { get; set; }

    public float Age { get; set; }

    public float Income { get; set; }

    public float Debt { get; set; }

    public bool Label { get; set; }

    /// <summary>Rows of which some lack the income.</summary>
    public static Row[] Create(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            float age = random.Next(18, 90), income = random.Next(10, 150), debt = random.Next(0, 100);
            bool pays = income + (age / 2) - debt + random.Next(-40, 40) > 40;
            return new Row { Id = i, Age = age, Income = random.Next(20) == 0 ? float.NaN : income, Debt = debt, Label = pays };
        })];
    }
}
