using System.Text;
using Microsoft.Net.Http.Headers;

namespace WebApi.Requests;

/// <summary>Refuses JSON that says it is not UTF-8 (RFC 8259, section 8.1). ASP.NET Core answers an unknown charset with status 500.</summary>
internal static class Utf8Only
{
    public static Task Check(HttpContext context, RequestDelegate next)
    {
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) || !type.Charset.HasValue || type.Encoding is UTF8Encoding)
            return next(context);
        return TypedResults.Problem("The body must be encoded in UTF-8.", statusCode: StatusCodes.Status415UnsupportedMediaType).ExecuteAsync(context);
    }
}
