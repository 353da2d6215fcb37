using System.IO.Compression;

namespace Microsoft.ML.DenseNet;

/// <summary>A zip entry as a seekable stream: seeking back unpacks it again, so that no copy is kept.</summary>
internal sealed class ZipEntryStream(ZipArchiveEntry entry) : Stream
{
    private Stream? _unpacked;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    /// <summary>The length that the zip declares. Nothing is read beyond it.</summary>
    public override long Length { get; } = entry.Length;

    public override long Position
    {
        get => _position;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override int Read(Span<byte> buffer)
    {
        _unpacked ??= entry.Open();
        int read = _unpacked.Read(buffer[..(int)Math.Min(buffer.Length, Length - _position)]);
        _position += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin)
    {
        long target = origin switch { SeekOrigin.Begin => offset, SeekOrigin.Current => _position + offset, _ => Length + offset };
        ArgumentOutOfRangeException.ThrowIfNegative(target);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(target, Length);
        if (target < _position)
        {
            _unpacked?.Dispose();
            (_unpacked, _position) = (null, 0);
        }

        Span<byte> skipped = stackalloc byte[1024];
        while (_position < target)
        {
            if (Read(skipped[..(int)Math.Min(skipped.Length, target - _position)]) == 0)
                throw new EndOfStreamException();
        }

        return _position;
    }

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _unpacked?.Dispose();
        base.Dispose(disposing);
    }
}
