using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace WebApi.Requests;

/// <summary>Answers a request that ASP.NET Core could not read with problem details; where its JSON is at fault, they name the field.</summary>
internal sealed class BadRequests(IOptions<JsonOptions> json) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not BadHttpRequestException bad)
            return false;
        await Answer(httpContext, bad).ExecuteAsync(httpContext);
        return true;
    }

    private IResult Answer(HttpContext context, BadHttpRequestException bad)
    {
        // The exception handler has cleared the context's own endpoint.
        var body = context.Features.Get<IExceptionHandlerFeature>()?.Endpoint?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType;
        if (bad.StatusCode != StatusCodes.Status400BadRequest || body is null)
            return TypedResults.Problem(ReasonPhrases.GetReasonPhrase(bad.StatusCode), statusCode: bad.StatusCode);

        var errors = new FieldErrors();
        var fault = bad.InnerException is JsonException failure
            ? JsonFault.Of(failure, json.Value.SerializerOptions.GetTypeInfo(body))
            : new JsonFault("body", "The body is empty, null or cut off; a JSON object is required.");
        errors.Add(fault.Field, fault.Message);
        return errors.ToResult()!;
    }
}
