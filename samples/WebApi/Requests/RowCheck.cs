using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace WebApi.Requests;

/// <summary>
/// Checks a row by the validation attributes on its properties, which also appear in the OpenAPI document. Fields have the names that the
/// client sent.
/// </summary>
internal sealed class RowCheck<TRow>
    where TRow : class
{
    private readonly (string Name, Func<object, object?> Read, ValidationAttribute[] Rules)[] _fields;

    public RowCheck(IOptions<JsonOptions> json)
    {
        var type = json.Value.SerializerOptions.GetTypeInfo(typeof(TRow));
        _fields = [.. type.Properties.Select(property => (property.Name, property.Get!, Rules(property)))];
    }

    /// <summary>Adds what is wrong with a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="path">What comes before the names of its fields: empty, or <c>rows[3].</c></param>
    /// <param name="errors">Receives one error for each field at fault.</param>
    public void Check(TRow row, string path, FieldErrors errors)
    {
        foreach (var (name, read, rules) in _fields)
        {
            object? value = read(row);
            if (Array.Find(rules, rule => !rule.IsValid(value)) is { } broken)
                errors.Add(path + name, broken.FormatErrorMessage(name));
        }
    }

    /// <summary>"Required" comes first: the others accept null.</summary>
    private static ValidationAttribute[] Rules(JsonPropertyInfo property) =>
        [.. property.AttributeProvider!.GetCustomAttributes(typeof(ValidationAttribute), inherit: true).Cast<ValidationAttribute>().OrderByDescending(rule => rule is RequiredAttribute)];
}
