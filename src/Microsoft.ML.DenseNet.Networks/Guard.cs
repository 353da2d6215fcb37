namespace Microsoft.ML.DenseNet;

/// <summary>Argument checks whose messages name the option, the value and the allowed range.</summary>
internal static class Guard
{
    public static void InRange(int value, int minimum, int maximum, string option)
    {
        if (value < minimum || value > maximum)
            throw new ArgumentOutOfRangeException(option, value, $"{option} is {value}; it must be from {minimum} to {maximum}.");
    }

    public static void AtLeast(int value, int minimum, string option)
    {
        if (value < minimum)
            throw new ArgumentOutOfRangeException(option, value, $"{option} is {value}; it must be at least {minimum}.");
    }

    public static void InRange(double value, double minimum, double maximum, string option)
    {
        if (!(value >= minimum && value <= maximum))
            throw new ArgumentOutOfRangeException(option, value, $"{option} is {value}; it must be from {minimum} to {maximum}.");
    }

    /// <summary>Requires at least the value of another option, which the message names as well.</summary>
    public static void AtLeast(double value, double other, string option, string otherOption)
    {
        if (!(value >= other && double.IsFinite(value)))
            throw new ArgumentOutOfRangeException(option, value, $"{option} is {value}; it must be at least {other} ({otherOption}) and finite.");
    }

    /// <summary>Requires less than the value of another option, which the message names as well.</summary>
    public static void Below(double value, double other, string option, string otherOption)
    {
        if (!(value < other))
            throw new ArgumentOutOfRangeException(option, value, $"{option} is {value}; it must be below {other} ({otherOption}).");
    }

    public static void Finite(double value, string option)
    {
        if (!double.IsFinite(value))
            throw new ArgumentOutOfRangeException(option, value, $"{option} is {value}; it must be a finite number.");
    }

    public static void Positive(double value, string option)
    {
        if (!(value > 0 && double.IsFinite(value)))
            throw new ArgumentOutOfRangeException(option, value, $"{option} is {value}; it must be a finite number above 0.");
    }

    /// <summary>Above 0 and at most <paramref name="maximum"/>.</summary>
    public static void Positive(double value, double maximum, string option)
    {
        if (!(value > 0 && value <= maximum))
            throw new ArgumentOutOfRangeException(option, value, $"{option} is {value}; it must be above 0 and at most {maximum}.");
    }

    public static void NotNegative(double value, string option)
    {
        if (!(value >= 0 && double.IsFinite(value)))
            throw new ArgumentOutOfRangeException(option, value, $"{option} is {value}; it must be a finite number of at least 0.");
    }

    /// <summary>At least <paramref name="minimum"/> and below <paramref name="bound"/>.</summary>
    public static void Below(double value, double minimum, double bound, string option)
    {
        if (!(value >= minimum && value < bound))
            throw new ArgumentOutOfRangeException(option, value, $"{option} is {value}; it must be at least {minimum} and below {bound}.");
    }

    /// <summary>Above <paramref name="lower"/> and below <paramref name="upper"/>.</summary>
    public static void Between(double value, double lower, double upper, string option)
    {
        if (!(value > lower && value < upper))
            throw new ArgumentOutOfRangeException(option, value, $"{option} is {value}; it must be above {lower} and below {upper}.");
    }

    public static void NotEmpty(string? value, string option)
    {
        if (string.IsNullOrEmpty(value))
            throw new ArgumentException($"{option} is empty: name a column.", option);
    }

    public static void Defined<TEnum>(TEnum value, string option)
        where TEnum : struct, Enum
    {
        if (!Enum.IsDefined(value))
            throw new ArgumentOutOfRangeException(option, value, $"{option} is {value}; it must be one of {string.Join(", ", Enum.GetNames<TEnum>())}.");
    }
}
