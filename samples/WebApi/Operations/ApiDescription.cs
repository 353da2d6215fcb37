using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace WebApi.Operations;

/// <summary>The OpenAPI document, and a page to try the service in. The page's files are part of the program: it needs no network.</summary>
internal static class ApiDescription
{
    private const string Document = "/openapi/v1.json";

    public static void AddApiDescription(this IServiceCollection services) => services.AddOpenApi(options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo { Title = "Predictions", Version = "1", Description = "Every answer names the version of the model that predicted." };
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer(RequireValues);
    });

    public static void UseApiDescription(this WebApplication app)
    {
        app.MapOpenApi();
        app.UseSwaggerUI(page => page.SwaggerEndpoint(Document, "Predictions"));
        app.MapGet("/", () => TypedResults.Redirect("/swagger")).ExcludeFromDescription();
    }

    /// <summary>A required field may not be null, although its property may be.</summary>
    private static Task RequireValues(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken stop)
    {
        foreach (string name in schema.Required ?? new HashSet<string>())
        {
            if (schema.Properties?[name] is OpenApiSchema field)
                field.Type &= ~JsonSchemaType.Null;
        }

        return Task.CompletedTask;
    }
}
