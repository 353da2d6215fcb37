using System.Globalization;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet.Benchmarks.Intervals;

/// <summary>LightGBM's own library with its objective "quantile", which the options of ML.NET's trainer do not reach.</summary>
internal static unsafe partial class NativeLightGbm
{
    private const string Library = "lib_lightgbm";
    private const int Single = 0;

    /// <summary>Trains on rows and predicts others, with LightGBM's defaults: 100 trees of 31 leaves at rate 0.1.</summary>
    public static float[] PredictQuantile(float[][] features, float[] labels, float[][] test, double quantile, int seed)
    {
        string parameters = string.Create(CultureInfo.InvariantCulture, $"objective=quantile alpha={quantile} seed={seed} num_threads=1 verbosity=-1");
        float[] values = [.. features.SelectMany(row => row)];
        fixed (float* rows = values, labelValues = labels)
        {
            Check(LGBM_DatasetCreateFromMat(rows, Single, features.Length, features[0].Length, 1, parameters, 0, out nint dataset));
            Check(LGBM_DatasetSetField(dataset, "label", labelValues, labels.Length, Single));
            Check(LGBM_BoosterCreate(dataset, parameters, out nint booster));
            for (int tree = 0; tree < 100; tree++)
                Check(LGBM_BoosterUpdateOneIter(booster, out _));
            float[] predictions = Predict(booster, test, parameters);
            Check(LGBM_BoosterFree(booster));
            Check(LGBM_DatasetFree(dataset));
            return predictions;
        }
    }

    private static float[] Predict(nint booster, float[][] test, string parameters)
    {
        float[] values = [.. test.SelectMany(row => row)];
        double[] predictions = new double[test.Length];
        fixed (float* rows = values)
        fixed (double* results = predictions)
            Check(LGBM_BoosterPredictForMat(booster, rows, Single, test.Length, test[0].Length, 1, 0, 0, -1, parameters, out _, results));
        return Array.ConvertAll(predictions, value => (float)value);
    }

    private static void Check(int result)
    {
        if (result != 0)
            throw new InvalidOperationException($"LightGBM: {Marshal.PtrToStringUTF8(LGBM_GetLastError())}");
    }

    [LibraryImport(Library)]
    private static partial nint LGBM_GetLastError();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LGBM_DatasetCreateFromMat(float* data, int type, int rows, int columns, int isRowMajor, string parameters, nint reference, out nint dataset);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LGBM_DatasetSetField(nint dataset, string field, float* values, int count, int type);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LGBM_BoosterCreate(nint dataset, string parameters, out nint booster);

    [LibraryImport(Library)]
    private static partial int LGBM_BoosterUpdateOneIter(nint booster, out int isFinished);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LGBM_BoosterPredictForMat(nint booster, float* data, int type, int rows, int columns, int isRowMajor, int kind, int start, int trees, string parameters, out long count, double* results);

    [LibraryImport(Library)]
    private static partial int LGBM_BoosterFree(nint booster);

    [LibraryImport(Library)]
    private static partial int LGBM_DatasetFree(nint dataset);
}
