using Microsoft.Extensions.Options;

namespace WebApi.Models;

/// <summary>Checks a model's settings when the service starts.</summary>
internal sealed class ModelOptionsCheck(string name, string section) : IValidateOptions<ModelOptions>
{
    private static readonly TimeSpan ShortestPoll = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    public ValidateOptionsResult Validate(string? validated, ModelOptions options)
    {
        if (validated != name)
            return ValidateOptionsResult.Skip;
        string[] faults = [.. Faults(options)];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private IEnumerable<string> Faults(ModelOptions options)
    {
        if (options.Path.Length == 0)
            yield return $"{section}:Path is missing: name the model's file.";
        else if (!Directory.Exists(Path.GetDirectoryName(options.Path)))
            yield return $"{section}:Path is '{options.Path}', in a folder that does not exist.";
        if (options.PollInterval < ShortestPoll || options.PollInterval > Longest)
            yield return $"{section}:PollInterval is {options.PollInterval}; it must be from 10 ms to an hour.";
        if (options.SettleTime < TimeSpan.Zero || options.SettleTime > Longest)
            yield return $"{section}:SettleTime is {options.SettleTime}; it must be from 0 to an hour.";
        if (options.LoadTimeout <= TimeSpan.Zero || options.LoadTimeout > Longest)
            yield return $"{section}:LoadTimeout is {options.LoadTimeout}; it must be above 0 and at most an hour.";
    }
}
