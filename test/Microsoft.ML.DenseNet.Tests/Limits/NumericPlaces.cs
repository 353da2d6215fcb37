using System.Reflection;
using Microsoft.ML.DenseNet.Reporting;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>
/// Finds every number that a user can give the library: arguments of public methods and constructors, and properties and fields that
/// can be set, in both assemblies.
/// </summary>
internal static class NumericPlaces
{
    private static readonly Type[] Numbers = [typeof(int), typeof(long), typeof(float), typeof(double), typeof(TimeSpan)];

    public static IEnumerable<NumericPlace> All()
    {
        foreach (var type in new[] { typeof(Layer).Assembly, typeof(DenseNetBinaryTransformer).Assembly, typeof(DenseNetOptions).Assembly, typeof(TrainingReport).Assembly }.SelectMany(assembly => assembly.GetExportedTypes()))
        {
            foreach (var place in Properties(type).Concat(Fields(type)).Concat(Methods(type)))
                yield return place;
        }
    }

    private static IEnumerable<NumericPlace> Properties(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
        .Where(property => property.SetMethod is { IsPublic: true } && NumberOf(property.PropertyType) is not null)
        .Select(property => new NumericPlace($"{NameOf(type)}.{property.Name}", property.Name, NumberOf(property.PropertyType)!, value => NumericUses.OfMember(type, property.Name, (target, number) => property.SetValue(target, number), Wrap(value, property.PropertyType))));

    private static IEnumerable<NumericPlace> Fields(Type type) => type.IsEnum ? [] : type.GetFields(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
        .Where(field => !field.IsLiteral && !field.IsInitOnly && NumberOf(field.FieldType) is not null)
        .Select(field => new NumericPlace($"{NameOf(type)}.{field.Name}", field.Name, NumberOf(field.FieldType)!, value => NumericUses.OfMember(type, field.Name, (target, number) => field.SetValue(target, number), Wrap(value, field.FieldType))));

    private static IEnumerable<NumericPlace> Methods(Type type)
    {
        const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        bool isDelegate = typeof(Delegate).IsAssignableFrom(type);
        foreach (var method in type.GetMethods(Declared).Cast<MethodBase>().Concat(type.GetConstructors(Declared)))
        {
            if (isDelegate || (method.IsSpecialName && !method.IsConstructor) || method is MethodInfo { IsVirtual: true, DeclaringType: var declaring } overriding && overriding.GetBaseDefinition().DeclaringType != declaring)
                continue;
            foreach (var parameter in method.GetParameters().Where(parameter => NumberOf(parameter.ParameterType) is not null))
            {
                string name = method.IsConstructor ? NameOf(type) : $"{NameOf(type)}.{method.Name}";
                yield return new NumericPlace(name, parameter.Name!, NumberOf(parameter.ParameterType)!, value => NumericUses.OfArgument(method, parameter, Wrap(value, parameter.ParameterType)));
            }
        }
    }

    /// <summary>The number that a type holds: itself, nullable, or in a list; null for none.</summary>
    private static Type? NumberOf(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsGenericType && type.GetGenericArguments() is [var element] && typeof(System.Collections.IEnumerable).IsAssignableFrom(type))
            type = element;
        return Numbers.Contains(type) ? type : null;
    }

    /// <summary>The number in the form that a place takes.</summary>
    private static object Wrap(object value, Type type)
    {
        if (!typeof(System.Collections.IEnumerable).IsAssignableFrom(type))
            return value;
        var list = Array.CreateInstance(value.GetType(), value is double ? 3 : 1); // real numbers are weights of the three classes
        for (int i = 1; i < list.Length; i++)
            list.SetValue(1.0, i);
        list.SetValue(value, 0);
        return list;
    }

    private static string NameOf(Type type) => type.DeclaringType is { } outer ? $"{NameOf(outer)}.{type.Name}" : type.Name.Split('`')[0];
}
