using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Microsoft.ML.DenseNet;

/// <summary>The values of one trial, by the names of their parameters. A conditional parameter that does not exist in the trial has none.</summary>
public sealed class TuningValues : IEnumerable<KeyValuePair<string, object>>
{
    private readonly OrderedDictionary<string, object> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    internal TuningValues(IEnumerable<KeyValuePair<string, object>> values)
    {
        foreach (var (name, value) in values)
            _values.Add(name, value);
    }

    /// <summary>The number of values.</summary>
    public int Count => _values.Count;

    /// <summary>The names of the parameters that the trial has.</summary>
    public IEnumerable<string> Names => _values.Keys;

    /// <summary>All values, without counting them as read.</summary>
    internal IReadOnlyDictionary<string, object> ByName => _values;

    /// <summary>The value of a parameter: a text, <see cref="bool"/>, <see cref="int"/> or <see cref="double"/>.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <exception cref="KeyNotFoundException">The trial has no such value.</exception>
    public object this[string name] => TryGetValue(name, out object? value)
        ? value
        : throw new KeyNotFoundException($"The trial has no value for '{name}'. It has {(Count == 0 ? "none at all" : string.Join(", ", Names.Select(other => $"'{other}'")))}; a conditional parameter is there only while its condition holds (Contains tells).");

    /// <summary>The value of a number, whole or not.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <exception cref="KeyNotFoundException">The trial has no such value.</exception>
    /// <exception cref="InvalidCastException">It is no number.</exception>
    public double Number(string name) => this[name] is var value && value is int or double
        ? Convert.ToDouble(value, CultureInfo.InvariantCulture)
        : throw Wrong(name, "a number");

    /// <summary>The value of a whole number.</summary>
    /// <inheritdoc cref="Number(string)"/>
    public int WholeNumber(string name) => this[name] is int value ? value : throw Wrong(name, "a whole number");

    /// <summary>The value of a text.</summary>
    /// <inheritdoc cref="Number(string)"/>
    public string Text(string name) => this[name] is string value ? value : throw Wrong(name, "a text");

    /// <summary>Whether the trial has a value for a parameter.</summary>
    /// <param name="name">The parameter's name.</param>
    public bool Contains(string name) => TryGetValue(name, out _);

    /// <summary>Returns the value of a parameter if the trial has it.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <param name="value">Receives the value.</param>
    /// <returns>Whether it has.</returns>
    public bool TryGetValue(string name, [MaybeNullWhen(false)] out object value)
    {
        lock (_read)
            _read.Add(name);
        return _values.TryGetValue(name, out value);
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object>> GetEnumerator() => _values.GetEnumerator();

    /// <summary>The values as they are shown, for example <c>Dropout = 0.1, HiddenLayers = 3</c>.</summary>
    public override string ToString() => string.Join(", ", _values.Select(item => $"{item.Key} = {TuningValue.ToText(item.Value)}"));

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Whether the value was asked for by name.</summary>
    internal bool WasRead(string name)
    {
        lock (_read)
            return _read.Contains(name);
    }

    private InvalidCastException Wrong(string name, string expected) =>
        new($"The trial's '{name}' is {TuningValue.ToText(_values[name])}, not {expected}.");
}
