namespace WebApi.Requests;

/// <summary>Limits of batches: the section <c>Batch</c>.</summary>
internal sealed class BatchOptions
{
    /// <summary>The most rows of one request, from 1 to 100,000.</summary>
    public int MaximumRows { get; set; } = 1000;
}
