using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>A row of a <see cref="GeneratedView"/>.</summary>
internal readonly record struct GeneratedRow(VBuffer<float> Features, float Label, float Weight = 1);
