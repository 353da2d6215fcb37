using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>Calls losses, modules, optimizers, schedules and observers that the user wrote.</summary>
/// <remarks>
/// An exception of theirs reaches the caller of Fit as it was thrown: same object, same type. <see cref="Exception.Data"/> says under
/// <see cref="Note"/> where it was called. Torch's own errors name no code, so an exception that does takes their place.
/// </remarks>
internal static class UserCode
{
    /// <summary>The key in <see cref="Exception.Data"/>.</summary>
    public const string Note = "DenseNet";

    /// <param name="code">What is called.</param>
    /// <param name="where">Whose code it is, and in what place it is called, such as ("The loss 'x'", "on predictions [8, 1]"); asked for only when it fails.</param>
    /// <param name="hint">What may help if torch refuses; null for nothing.</param>
    /// <exception cref="InvalidOperationException">Torch refused an operation in it.</exception>
    public static TResult Call<TResult>(Func<TResult> code, Func<(string Owner, string Place)> where, Func<string>? hint = null)
    {
        try
        {
            return code();
        }
        catch (ExternalException exception)
        {
            var (owner, place) = where();
            throw new InvalidOperationException($"{owner} failed {place}.{hint?.Invoke()} Torch said: {WithoutStack(exception.Message)}");
        }
        catch (Exception exception)
        {
            if (!exception.Data.IsReadOnly && !exception.Data.Contains(Note))
            {
                var (owner, place) = where();
                exception.Data[Note] = $"{owner} {place}";
            }

            throw;
        }
    }

    /// <inheritdoc cref="Call{TResult}"/>
    public static void Call(Action code, Func<(string Owner, string Place)> where) =>
        Call(
            () =>
            {
                code();
                return true;
            },
            where);

    /// <summary>Torch's message without the C++ frames that follow it.</summary>
    private static string WithoutStack(string message)
    {
        int frames = message.IndexOf("\nException raised from", StringComparison.Ordinal);
        return (frames < 0 ? message : message[..frames]).Trim();
    }
}
