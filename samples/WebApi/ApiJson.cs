using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using WebApi.Cars;
using WebApi.Operations;
using WebApi.Requests;
using WebApi.Tumors;

namespace WebApi;

/// <summary>Code for reading and writing JSON, generated when the service is built.</summary>
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(CarRequest))]
[JsonSerializable(typeof(Batch<CarRequest>))]
[JsonSerializable(typeof(CarAnswer))]
[JsonSerializable(typeof(CarBatchAnswer))]
[JsonSerializable(typeof(TumorRequest))]
[JsonSerializable(typeof(Batch<TumorRequest>))]
[JsonSerializable(typeof(TumorAnswer))]
[JsonSerializable(typeof(TumorBatchAnswer))]
[JsonSerializable(typeof(Readiness))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(HttpValidationProblemDetails))]
internal sealed partial class ApiJson : JsonSerializerContext;
