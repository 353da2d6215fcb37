namespace Microsoft.ML.DenseNet;

/// <summary><c>y = (x − center) · scale + shift</c>, unit by unit, in double precision until it is clear what becomes of it.</summary>
internal sealed record PlannedAffine(double[] Center, double[] Scale, double[] Shift) : PlannedStage
{
    /// <summary>
    /// How far from 0, in units of the scaled value, a center may be for the following Linear to absorb the scaling. There, the
    /// difference <c>x − center</c> becomes a difference of products, which costs this factor in precision.
    /// </summary>
    private const double SafeCenter = 4;

    /// <summary>Whether <c>x · scale + (shift − center · scale)</c> is as accurate as subtracting first.</summary>
    public bool IsSafeToMultiplyOut
    {
        get
        {
            for (int i = 0; i < Center.Length; i++)
            {
                if (!(Math.Abs(Center[i] * Scale[i]) <= SafeCenter))
                    return false;
            }

            return true;
        }
    }
}
