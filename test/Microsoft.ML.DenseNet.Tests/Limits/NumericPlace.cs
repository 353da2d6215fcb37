namespace Microsoft.ML.DenseNet.Tests;

/// <summary>A place of the public API that takes a number.</summary>
/// <param name="Member">Where, for example <c>Optimizers.SGD</c> or <c>DenseNetOptions.BatchSize</c>.</param>
/// <param name="Argument">What a refusal must name.</param>
/// <param name="Type">The number's type.</param>
/// <param name="Use">Gives the place a number and uses the result: throws where it is refused, and fails where what comes of it is no finite model.</param>
public sealed record NumericPlace(string Member, string Argument, Type Type, Action<object> Use)
{
    public override string ToString() => Member.EndsWith("." + Argument, StringComparison.Ordinal) ? Member : $"{Member}({Argument})";
}
