using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace WebApi.Cars;

/// <summary>A car of 1985.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CarRequest
{
    // Everything can be null here, so that one answer names all fields that are missing.

    /// <summary>The make, in lower case. One that the model was not trained on is allowed.</summary>
    /// <example>volvo</example>
    [Required, StringLength(100)]
    public string? Make { get; init; }

    /// <summary>gas or diesel.</summary>
    /// <example>gas</example>
    [Required, StringLength(100)]
    public string? Fuel { get; init; }

    /// <summary>convertible, hardtop, hatchback, sedan or wagon.</summary>
    /// <example>sedan</example>
    [Required, StringLength(100)]
    public string? Body { get; init; }

    /// <summary>The driven wheels: fwd, rwd or 4wd.</summary>
    /// <example>rwd</example>
    [Required, StringLength(100)]
    public string? Drive { get; init; }

    /// <summary>The distance of the axles in inches.</summary>
    /// <example>104.3</example>
    [Required, Range(10d, 1000d)]
    public float? WheelBase { get; init; }

    /// <summary>The weight in pounds.</summary>
    /// <example>2912</example>
    [Required, Range(100d, 20_000d)]
    public float? CurbWeight { get; init; }

    /// <summary>The engine's displacement in cubic inches.</summary>
    /// <example>141</example>
    [Required, Range(1d, 10_000d)]
    public float? EngineSize { get; init; }

    /// <summary>The engine's power in hp.</summary>
    /// <example>114</example>
    [Required, Range(1d, 5000d)]
    public float? Horsepower { get; init; }

    /// <summary>Miles per gallon in the city.</summary>
    /// <example>23</example>
    [Required, Range(1d, 500d)]
    public float? CityMpg { get; init; }

    /// <summary>The model's row. Only for a request whose fields were checked.</summary>
    public Car ToRow() => new()
    {
        Make = Make!,
        Fuel = Fuel!,
        Body = Body!,
        Drive = Drive!,
        WheelBase = WheelBase!.Value,
        CurbWeight = CurbWeight!.Value,
        EngineSize = EngineSize!.Value,
        Horsepower = Horsepower!.Value,
        CityMpg = CityMpg!.Value,
    };
}
