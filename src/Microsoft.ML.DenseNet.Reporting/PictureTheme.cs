namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>The colours of a picture.</summary>
public enum PictureTheme
{
    /// <summary>Dark ink on white.</summary>
    Light,

    /// <summary>Light ink on a dark ground.</summary>
    Dark,
}
