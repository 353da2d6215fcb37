using Microsoft.Extensions.Options;
using WebApi.Cars;
using WebApi.Models;
using WebApi.Operations;
using WebApi.Requests;
using WebApi.Tumors;

// Settings and models lie beside the program, from wherever it is started.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.AddModel("Cars", CarModel.Load);
builder.AddModel("Tumors", TumorModel.Load);
builder.AddRequests();
builder.AddOperations();

try
{
    var app = builder.Build();
    app.UseRequests();
    app.UseOperations();
    app.MapCars();
    app.MapTumors();
    await app.RunAsync();
    return 0;
}
catch (Exception failure) when (failure is OptionsValidationException or InvalidOperationException)
{
    await Console.Error.WriteLineAsync($"The service cannot start. {failure.Message}");
    return 1;
}
