namespace WebApi.Requests;

/// <summary>What is wrong with a request, by field.</summary>
internal sealed class FieldErrors
{
    /// <summary>So that a large batch of bad rows has a small answer.</summary>
    private const int MostFields = 20;

    private readonly Dictionary<string, string[]> _messages = [];

    public bool IsFull => _messages.Count == MostFields;

    public void Add(string field, string message)
    {
        if (!IsFull)
            _messages.TryAdd(field, [message]);
    }

    /// <summary>The answer that names the fields; null if nothing is wrong.</summary>
    public IResult? ToResult() => _messages.Count == 0
        ? null
        : TypedResults.ValidationProblem(_messages, IsFull ? $"The first {MostFields} fields at fault are named." : null);
}
