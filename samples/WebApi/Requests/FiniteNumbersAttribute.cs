using System.ComponentModel.DataAnnotations;

namespace WebApi.Requests;

/// <summary>Every number of an array must be finite. JSON has no infinity, but 1e39 is one in single precision.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class FiniteNumbersAttribute() : ValidationAttribute("Every number must be finite and between -3.4e38 and 3.4e38.")
{
    public override bool IsValid(object? value) => value is not float[] numbers || Array.TrueForAll(numbers, float.IsFinite);
}
