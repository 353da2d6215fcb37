using Microsoft.Extensions.Options;

namespace WebApi.Requests;

/// <summary>Answers a batch of the wrong size, or with bad rows, before the endpoint sees it. The batch is the endpoint's first parameter.</summary>
internal sealed class CheckedBatch<TRow>(RowCheck<TRow> check, IOptions<BatchOptions> options) : IEndpointFilter
    where TRow : class
{
    private readonly int _maximumRows = options.Value.MaximumRows;

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var errors = new FieldErrors();
        Check(context.GetArgument<Batch<TRow>>(0).Rows, errors);
        return errors.ToResult() ?? await next(context);
    }

    private void Check(TRow?[]? rows, FieldErrors errors)
    {
        if (rows is not { Length: > 0 })
            errors.Add("rows", "At least one row is required.");
        else if (rows.Length > _maximumRows)
            errors.Add("rows", $"There are {rows.Length} rows; at most {_maximumRows} are allowed.");
        else
            CheckEach(rows, errors);
    }

    private void CheckEach(TRow?[] rows, FieldErrors errors)
    {
        for (int row = 0; row < rows.Length && !errors.IsFull; row++)
        {
            if (rows[row] is { } present)
                check.Check(present, $"rows[{row}].", errors);
            else
                errors.Add($"rows[{row}]", "The row is null.");
        }
    }
}
