using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>Calls user-defined losses, modules, optimizers, schedules and observers.</summary>
/// <remarks>
/// Their exceptions reach the caller of Fit as they were thrown: same object, same type. <see cref="Exception.Data"/> says under
/// <see cref="Note"/> where the code was called. Torch's own errors do not name any code, so an exception that does replaces them.
/// </remarks>
internal static class UserCode
{
    /// <summary>The key in <see cref="Exception.Data"/>.</summary>
    public const string Note = "DenseNet";

    /// <param name="code">What is called.</param>
    /// <param name="where">Whose code it is and where it is called, such as ("The loss 'x'", "on predictions [8, 1]"); evaluated only on failure.</param>
    /// <param name="hint">What may help if torch rejects an operation; null for nothing.</param>
    /// <exception cref="InvalidOperationException">Torch rejected an operation in it.</exception>
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

    /// <summary>Returns torch's message without the C++ frames that follow it.</summary>
    private static string WithoutStack(string message)
    {
        int frames = message.IndexOf("\nException raised from", StringComparison.Ordinal);
        return (frames < 0 ? message : message[..frames]).Trim();
    }
}
