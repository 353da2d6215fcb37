namespace Microsoft.ML.DenseNet;

/// <summary>How the learning rate changes during training; made by <see cref="Schedules"/>.</summary>
public sealed class Schedule
{
    private readonly Func<Func<SchedulePoint, double>> _start;

    /// <param name="name">What <see cref="ToString"/> returns.</param>
    /// <param name="start">Creates the function for one training, with its own state if it has any.</param>
    internal Schedule(string name, Func<Func<SchedulePoint, double>> start)
    {
        Name = name;
        _start = start;
    }

    /// <summary>The schedule and its settings, for example <c>Step(10, 0.1)</c>.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Returns the learning-rate factor as a function of one training's points, which must come in order.</summary>
    internal Func<SchedulePoint, double> Start() => _start();
}
