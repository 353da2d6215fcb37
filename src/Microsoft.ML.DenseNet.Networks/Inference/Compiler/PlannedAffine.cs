namespace Microsoft.ML.DenseNet;

/// <summary><c>y = (x − center) · scale + shift</c>, unit by unit, in double precision until it is clear where it goes.</summary>
internal sealed record PlannedAffine(double[] Center, double[] Scale, double[] Shift) : PlannedStage
{
    /// <summary>
    /// How far, in units of the scaled value, a center may lie from 0 for the scaling to be taken up by the Linear that follows. There
    /// the difference <c>x − center</c> becomes one of products, which costs this factor in precision.
    /// </summary>
    private const double SafeCenter = 4;

    /// <summary>Whether <c>x · scale + (shift − center · scale)</c> is as good as the difference taken first.</summary>
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
