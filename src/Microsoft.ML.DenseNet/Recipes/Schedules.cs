using System.Globalization;

namespace Microsoft.ML.DenseNet;

/// <summary>Learning-rate schedules. Each returns a factor on the trainer's learning rate.</summary>
public static class Schedules
{
    // Rates beyond these become 0 or infinite in single precision after a few epochs.
    private const double MaximumGamma = 1000;
    private const double MinimumDivisor = 1e-6, MaximumDivisor = 1e30;

    /// <summary>The same learning rate throughout.</summary>
    public static Schedule Constant { get; } = Stateless("Constant", _ => 1);

    /// <summary>The rate times <paramref name="gamma"/> after every <paramref name="epochs"/> epochs: PyTorch's <c>StepLR</c>.</summary>
    /// <param name="epochs">At least 1.</param>
    /// <param name="gamma">Above 0, at most 1000.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside the range stated above.</exception>
    public static Schedule Step(int epochs, double gamma = 0.1)
    {
        Guard.AtLeast(epochs, 1, nameof(epochs));
        Guard.Positive(gamma, MaximumGamma, nameof(gamma));
        return Stateless(Text($"Step({epochs}, {gamma})"), point => Math.Pow(gamma, point.Epoch / epochs));
    }

    /// <summary>The rate times <paramref name="gamma"/> after every epoch: PyTorch's <c>ExponentialLR</c>.</summary>
    /// <param name="gamma">Above 0, at most 1000.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside the range stated above.</exception>
    public static Schedule Exponential(double gamma)
    {
        Guard.Positive(gamma, MaximumGamma, nameof(gamma));
        return Stateless(Text($"Exponential({gamma})"), point => Math.Pow(gamma, point.Epoch));
    }

    /// <summary>The rate divided by 1 + steps done / <paramref name="steps"/>: it needs no last step, and suits training that stops early (Keras' <c>InverseTimeDecay</c>).</summary>
    /// <param name="steps">The steps after which the rate is halved, at least 1.</param>
    /// <param name="warmup">The first steps, over which the rate also rises linearly; at least 0, and used up to a quarter of all steps.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is below 1, or <paramref name="warmup"/> below 0.</exception>
    public static Schedule InverseTime(int steps = 500, int warmup = 0)
    {
        Guard.AtLeast(steps, 1, nameof(steps));
        Guard.AtLeast(warmup, 0, nameof(warmup));
        return Stateless(Text($"InverseTime({steps}, warmup: {warmup})"), point =>
            Math.Min(1, (point.Step + 1) / Math.Max(Math.Min(warmup, point.TotalSteps / 4.0), 1)) / (1 + ((double)point.Step / steps)));
    }

    /// <summary>
    /// A linear rise over the warm-up, then half a cosine wave down to <paramref name="minimum"/>, changed at every step
    /// (Loshchilov and Hutter 2017, without restarts).
    /// </summary>
    /// <param name="warmup">The share of all steps that warm up; at least 0, below 1.</param>
    /// <param name="minimum">The factor at the end; at least 0, below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="warmup"/> or <paramref name="minimum"/> is not in [0, 1).</exception>
    public static Schedule Cosine(double warmup = 0, double minimum = 0)
    {
        Guard.Below(warmup, 0, 1, nameof(warmup));
        Guard.Below(minimum, 0, 1, nameof(minimum));
        return Stateless(Text($"Cosine(warmup: {warmup}, minimum: {minimum})"), point =>
        {
            double warmupSteps = Math.Floor(warmup * point.TotalSteps);
            return point.Step < warmupSteps
                ? (point.Step + 1) / warmupSteps
                : CosineDown(1, minimum, (point.Step - warmupSteps) / (point.TotalSteps - warmupSteps));
        });
    }

    /// <summary>
    /// From 1 / <paramref name="startDivisor"/> up to 1 and down to 1 / (startDivisor · <paramref name="endDivisor"/>) along cosines,
    /// changed at every step: PyTorch's <c>OneCycleLR</c> (Smith and Topin 2018), the trainer's rate being its <c>max_lr</c>.
    /// </summary>
    /// <param name="rise">The share of all steps during which the rate rises; above 0, below 1.</param>
    /// <param name="startDivisor">From 0.000001 to 1E+30.</param>
    /// <param name="endDivisor">From 0.000001 to 1E+30.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside the range stated above.</exception>
    public static Schedule OneCycle(double rise = 0.3, double startDivisor = 25, double endDivisor = 1e4)
    {
        Guard.Between(rise, 0, 1, nameof(rise));
        Guard.InRange(startDivisor, MinimumDivisor, MaximumDivisor, nameof(startDivisor));
        Guard.InRange(endDivisor, MinimumDivisor, MaximumDivisor, nameof(endDivisor));
        return Stateless(Text($"OneCycle(rise: {rise}, startDivisor: {startDivisor}, endDivisor: {endDivisor})"), point =>
        {
            double start = 1 / startDivisor;
            double end = start / endDivisor;
            double peak = rise * point.TotalSteps - 1;
            double last = point.TotalSteps - 1;
            return peak > 0 && point.Step <= peak // with few steps, the first may be the peak
                ? CosineDown(start, 1, point.Step / peak)
                : CosineDown(1, end, (point.Step - peak) / Math.Max(last - peak, 1));
        });
    }

    /// <summary>
    /// The rate times <paramref name="factor"/> whenever the loss (the validation loss if there is one) has not fallen by more than a
    /// ten-thousandth for more than <paramref name="patience"/> epochs: PyTorch's <c>ReduceLROnPlateau</c>.
    /// </summary>
    /// <param name="factor">Above 0, below 1.</param>
    /// <param name="patience">At least 0.</param>
    /// <param name="minimum">The smallest factor; from 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside the range stated above.</exception>
    public static Schedule ReduceOnPlateau(double factor = 0.1, int patience = 10, double minimum = 0)
    {
        const double Threshold = 1e-4; // PyTorch's default, relative
        Guard.Between(factor, 0, 1, nameof(factor));
        Guard.AtLeast(patience, 0, nameof(patience));
        Guard.InRange(minimum, 0, 1, nameof(minimum));
        return new Schedule(Text($"ReduceOnPlateau(factor: {factor}, patience: {patience}, minimum: {minimum})"), () =>
        {
            double current = 1, best = double.PositiveInfinity;
            int seenEpoch = 0, badEpochs = 0;
            return point =>
            {
                if (point.Epoch == seenEpoch || point.LastLoss is not { } loss)
                    return current;
                seenEpoch = point.Epoch;
                bool improved = loss < best * (1 - Threshold);
                best = improved ? loss : best;
                badEpochs = improved ? 0 : badEpochs + 1;
                if (badEpochs > patience)
                {
                    current = Math.Max(current * factor, minimum);
                    badEpochs = 0;
                }

                return current;
            };
        });
    }

    /// <summary>
    /// Cosine waves from 0 to 1 and back to 0, each twice as long as the one before, changed at every step:
    /// (1 − cos(2π log₂(1 + (2ⁿ − 1) t))) / 2 for the share t of steps done and n <paramref name="cycles"/> (Holzmüller et al. 2024).
    /// </summary>
    /// <param name="cycles">From 1 to 20; 4 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="cycles"/> is below 1 or above 20.</exception>
    public static Schedule CosineLog(int cycles = 4)
    {
        Guard.InRange(cycles, 1, 20, nameof(cycles));
        return Stateless(Text($"CosineLog({cycles})"), point => (1 - Math.Cos(2 * Math.PI * Math.Log2(1 + ((1 << cycles) - 1) * point.Progress))) / 2);
    }

    /// <summary>1 for the first half of the steps, then half a cosine wave down to 0 (Holzmüller et al. 2024).</summary>
    public static Schedule FlatCosine { get; } = Stateless("FlatCosine", point => point.Progress < 0.5 ? 1 : CosineDown(1, 0, 2 * point.Progress - 1));

    /// <summary>A schedule of your own.</summary>
    /// <param name="factor">Maps the point in training to a factor on the learning rate: finite and at least 0.</param>
    /// <param name="name">The schedule's name in messages and reports.</param>
    /// <exception cref="ArgumentOutOfRangeException">During training: <paramref name="factor"/> returned a number that is below 0 or not finite.</exception>
    /// <exception cref="ArgumentException">The arguments are inconsistent, or a string is empty; the message says which.</exception>
    public static Schedule Custom(Func<SchedulePoint, double> factor, string name = "Custom")
    {
        ArgumentNullException.ThrowIfNull(factor);
        ArgumentException.ThrowIfNullOrEmpty(name);
        StorableText.Check(name, "The schedule's name");
        return Stateless(name, point =>
        {
            double value = UserCode.Call(() => factor(point), () => ($"Schedule '{name}'", $"in epoch {point.Epoch + 1}, step {point.Step}"));
            Guard.NotNegative(value, $"The factor of schedule '{name}' in epoch {point.Epoch + 1}, step {point.Step}");
            return value;
        });
    }

    private static Schedule Stateless(string name, Func<SchedulePoint, double> factor) => new(name, () => factor);

    /// <summary>Half a cosine wave from <paramref name="from"/> (share 0) to <paramref name="to"/> (share 1).</summary>
    private static double CosineDown(double from, double to, double share) => to + (from - to) * (1 + Math.Cos(Math.PI * share)) / 2;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
