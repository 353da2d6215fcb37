namespace WebApi.Requests;

/// <summary>Answers a row with bad fields before the endpoint sees it. The row is the endpoint's first parameter.</summary>
internal sealed class CheckedRow<TRow>(RowCheck<TRow> check) : IEndpointFilter
    where TRow : class
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var errors = new FieldErrors();
        check.Check(context.GetArgument<TRow>(0), path: "", errors);
        return errors.ToResult() ?? await next(context);
    }
}
