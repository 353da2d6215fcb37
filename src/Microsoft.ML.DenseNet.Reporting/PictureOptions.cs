namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>How a <see cref="Picture"/> is drawn.</summary>
public sealed record PictureOptions
{
    /// <summary>The smallest width and height.</summary>
    public const int MinimumSize = 200;

    /// <summary>The largest width and height.</summary>
    public const int MaximumSize = 8000;

    /// <summary>The width, from <see cref="MinimumSize"/> to <see cref="MaximumSize"/>; null for the picture's default.</summary>
    public int? Width { get; init; }

    /// <summary>The height, from <see cref="MinimumSize"/> to <see cref="MaximumSize"/>; null for the picture's default.</summary>
    public int? Height { get; init; }

    /// <summary>Light or dark colours; light by default.</summary>
    public PictureTheme Theme { get; init; }

    /// <summary>Pixels of a PNG per unit of width and height, from 0.5 to 4; 1 by default, 2 for high-density screens and print.</summary>
    public double Scale { get; init; } = 1;

    internal void Validate()
    {
        Check(Width, nameof(Width));
        Check(Height, nameof(Height));
        if (!Enum.IsDefined(Theme))
            throw new ArgumentOutOfRangeException(nameof(Theme), Theme, $"{nameof(Theme)} is {Theme}; it must be {PictureTheme.Light} or {PictureTheme.Dark}.");
        if (!(Scale is >= 0.5 and <= 4))
            throw new ArgumentOutOfRangeException(nameof(Scale), Scale, $"{nameof(Scale)} is {Scale}; it must be from 0.5 to 4.");
    }

    private static void Check(int? size, string option)
    {
        if (size is < MinimumSize or > MaximumSize)
            throw new ArgumentOutOfRangeException(option, size, $"{option} is {size}; it must be from {MinimumSize} to {MaximumSize}.");
    }
}
