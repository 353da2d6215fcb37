using System.Globalization;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// A tuning as data of TensorBoard's plugin <c>hparams</c>: messages of its <c>api.proto</c> and <c>plugin_data.proto</c>, whose field numbers these are.
/// A tuning is an experiment, a trial a session.
/// </summary>
internal static class HyperparameterData
{
    public const string Plugin = "hparams";
    public const string ExperimentTag = "_hparams_/experiment", StartTag = "_hparams_/session_start_info", EndTag = "_hparams_/session_end_info";

    private const int TextType = 1, BooleanType = 2, NumberType = 3;
    private const int Unknown = 0, Success = 1, Failure = 2;
    private const int ValidationRows = 2;

    /// <summary>Describes the tuning: the parameters with the values that they can have, and the metrics.</summary>
    /// <param name="space">The parameters.</param>
    /// <param name="metrics">The tags of the metrics.</param>
    /// <param name="time">When the tuning began.</param>
    public static ProtobufMessage Experiment(TuningSpace space, IEnumerable<string> metrics, DateTime time)
    {
        var experiment = new ProtobufMessage().Add(3, EventFile.Seconds(time));
        foreach (var parameter in space.Parameters)
            experiment.Add(4, Describe(parameter));
        foreach (string metric in metrics)
            experiment.Add(5, new ProtobufMessage().Add(1, new ProtobufMessage().Add(2, metric)).Add(5, ValidationRows));
        return Data(2, experiment);
    }

    /// <summary>Describes the start of a trial: its values.</summary>
    public static ProtobufMessage Start(TuningSpace space, TuningValues values, DateTime time)
    {
        var session = new ProtobufMessage();
        foreach (var parameter in space.Parameters)
        {
            if (values.ByName.TryGetValue(parameter.Name, out object? value))
                session.Add(1, new ProtobufMessage().Add(1, parameter.Name).Add(2, Value(value, TypeOf(parameter))));
        }

        return Data(3, session.Add(5, EventFile.Seconds(time)));
    }

    /// <summary>Describes the end of a trial; a stopped one neither succeeded nor failed.</summary>
    public static ProtobufMessage End(TuningTrialState state, DateTime time)
    {
        int status = state switch { TuningTrialState.Complete => Success, TuningTrialState.Failed => Failure, _ => Unknown };
        return Data(4, new ProtobufMessage().Add(1, status).Add(2, EventFile.Seconds(time)));
    }

    /// <summary>The plugin's outermost message, of version 0.</summary>
    private static ProtobufMessage Data(int field, ProtobufMessage content) => new ProtobufMessage().Add(1, 0L).Add(field, content);

    private static ProtobufMessage Describe(TuningParameter parameter)
    {
        int type = TypeOf(parameter);
        var description = new ProtobufMessage().Add(1, parameter.Name).Add(3, parameter.ToString()).Add(4, type);
        if (parameter.Kind != TuningParameterKind.Choice)
            return description.Add(6, new ProtobufMessage().Add(1, parameter.Minimum).Add(2, parameter.Maximum));
        var choices = new ProtobufMessage();
        foreach (object choice in parameter.Choices)
            choices.Add(1, Value(choice, type));
        return description.Add(5, choices);
    }

    /// <summary>The type of all values of a parameter; choices of several types are shown as text.</summary>
    private static int TypeOf(TuningParameter parameter) =>
        parameter.Choices.All(choice => choice is int or double) ? NumberType : parameter.Choices.All(choice => choice is bool) ? BooleanType : TextType;

    /// <summary>A <c>google.protobuf.Value</c>.</summary>
    private static ProtobufMessage Value(object value, int type) => type switch
    {
        NumberType => new ProtobufMessage().Add(2, Convert.ToDouble(value, CultureInfo.InvariantCulture)),
        BooleanType => new ProtobufMessage().Add(4, (bool)value ? 1L : 0L),
        _ => new ProtobufMessage().Add(3, value as string ?? TuningValue.ToText(value)),
    };
}
