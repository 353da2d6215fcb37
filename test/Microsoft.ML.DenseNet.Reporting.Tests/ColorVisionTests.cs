namespace Microsoft.ML.DenseNet.Reporting.Tests;

[TestClass]
public sealed class ColorVisionTests
{
    /// <summary>A difference that is seen at a glance, in lines and small marks too.</summary>
    private const double Least = 11;

    /// <summary>Machado, Oliveira and Fernandes (2009) at full severity, on linear light.</summary>
    private static readonly Dictionary<string, double[]> Visions = new()
    {
        ["usual"] = [1, 0, 0, 0, 1, 0, 0, 0, 1],
        ["protanopia"] = [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
        ["deuteranopia"] = [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881],
        ["tritanopia"] = [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900],
    };

    public static IEnumerable<object[]> Cases => from theme in Enum.GetValues<PictureTheme>() from vision in Visions.Keys select new object[] { theme, vision };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Series_are_told_apart_by_every_eye(PictureTheme theme, string vision)
    {
        var colors = Theme.Of(theme).Series.Select(color => Lab(color, Visions[vision])).ToList();
        for (int i = 0; i < colors.Count; i++)
        {
            for (int j = 0; j < i; j++)
                Assert.IsGreaterThanOrEqualTo(Least, Difference(colors[i], colors[j]), $"series {j + 1} and {i + 1}");
        }
    }

    [TestMethod]
    public void Steps_from_low_to_high_are_told_apart_by_every_eye()
    {
        foreach (var theme in Enum.GetValues<PictureTheme>())
        {
            foreach (var (vision, matrix) in Visions)
            {
                var colors = Theme.Of(theme).Ramp.Select(color => Lab(color, matrix)).ToList();
                for (int i = 1; i < colors.Count; i++)
                    Assert.IsGreaterThanOrEqualTo(8, Difference(colors[i], colors[i - 1]), $"{theme}, {vision}, steps {i} and {i + 1}");
            }
        }
    }

    /// <summary>The pairs of Sharma, Wu and Dalal (2005), by which implementations are checked.</summary>
    [TestMethod]
    [DataRow(50, 2.6772, -79.7751, 50, 0, -82.7485, 2.0425)]
    [DataRow(50, 2.5, 0, 73, 25, -18, 27.1492)]
    [DataRow(60.2574, -34.0099, 36.2677, 60.4626, -34.1751, 39.4387, 1.2644)]
    [DataRow(2.0776, 0.0795, -1.1350, 0.9033, -0.0636, -0.5514, 0.9082)]
    public void The_difference_is_CIEDE2000(double l1, double a1, double b1, double l2, double a2, double b2, double expected) =>
        Assert.AreEqual(expected, Difference((l1, a1, b1), (l2, a2, b2)), 1e-4);

    private static (double L, double A, double B) Lab(ScottPlot.Color color, double[] vision)
    {
        double[] light = [Linear(color.R), Linear(color.G), Linear(color.B)];
        double[] seen = [.. Enumerable.Range(0, 3).Select(row => Math.Clamp(Enumerable.Range(0, 3).Sum(i => vision[3 * row + i] * light[i]), 0, 1))];
        double x = Curve((0.4124564 * seen[0] + 0.3575761 * seen[1] + 0.1804375 * seen[2]) / 0.95047);
        double y = Curve(0.2126729 * seen[0] + 0.7151522 * seen[1] + 0.0721750 * seen[2]);
        double z = Curve((0.0193339 * seen[0] + 0.1191920 * seen[1] + 0.9503041 * seen[2]) / 1.08883);
        return (116 * y - 16, 500 * (x - y), 200 * (y - z));

        static double Linear(byte value) => value / 255.0 <= 0.04045 ? value / 255.0 / 12.92 : Math.Pow((value / 255.0 + 0.055) / 1.055, 2.4);

        static double Curve(double t) => t > 216.0 / 24389 ? Math.Cbrt(t) : (24389.0 / 27 * t + 16) / 116;
    }

    private static double Difference((double L, double A, double B) first, (double L, double A, double B) second)
    {
        double meanChroma = (Math.Sqrt(first.A * first.A + first.B * first.B) + Math.Sqrt(second.A * second.A + second.B * second.B)) / 2;
        double g = 0.5 * (1 - Math.Sqrt(Math.Pow(meanChroma, 7) / (Math.Pow(meanChroma, 7) + Math.Pow(25, 7))));
        double a1 = (1 + g) * first.A, a2 = (1 + g) * second.A;
        double c1 = Math.Sqrt(a1 * a1 + first.B * first.B), c2 = Math.Sqrt(a2 * a2 + second.B * second.B);
        double h1 = Hue(a1, first.B), h2 = Hue(a2, second.B);
        double dh = c1 * c2 == 0 ? 0 : h2 - h1 > 180 ? h2 - h1 - 360 : h2 - h1 < -180 ? h2 - h1 + 360 : h2 - h1;
        double dL = second.L - first.L, dC = c2 - c1, dH = 2 * Math.Sqrt(c1 * c2) * Sin(dh / 2);
        double l = (first.L + second.L) / 2, c = (c1 + c2) / 2;
        double h = c1 * c2 == 0 ? h1 + h2 : Math.Abs(h1 - h2) <= 180 ? (h1 + h2) / 2 : h1 + h2 < 360 ? (h1 + h2 + 360) / 2 : (h1 + h2 - 360) / 2;
        double t = 1 - 0.17 * Cos(h - 30) + 0.24 * Cos(2 * h) + 0.32 * Cos(3 * h + 6) - 0.2 * Cos(4 * h - 63);
        double sl = 1 + 0.015 * (l - 50) * (l - 50) / Math.Sqrt(20 + (l - 50) * (l - 50)), sc = 1 + 0.045 * c, sh = 1 + 0.015 * c * t;
        double rotation = -2 * Math.Sqrt(Math.Pow(c, 7) / (Math.Pow(c, 7) + Math.Pow(25, 7))) * Sin(60 * Math.Exp(-Math.Pow((h - 275) / 25, 2)));
        return Math.Sqrt(Math.Pow(dL / sl, 2) + Math.Pow(dC / sc, 2) + Math.Pow(dH / sh, 2) + rotation * dC / sc * dH / sh);

        static double Hue(double a, double b) => a == 0 && b == 0 ? 0 : (Math.Atan2(b, a) * 180 / Math.PI + 360) % 360;

        static double Sin(double degrees) => Math.Sin(degrees * Math.PI / 180);

        static double Cos(double degrees) => Math.Cos(degrees * Math.PI / 180);
    }
}
