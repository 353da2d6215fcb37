using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace WebApi.Requests;

/// <summary>Many rows in one request; all are predicted by the same version of the model.</summary>
/// <param name="Rows">At least one row. The most rows are a setting of the service.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record Batch<TRow>([property: Required, MinLength(1)] TRow[]? Rows)
    where TRow : class;
