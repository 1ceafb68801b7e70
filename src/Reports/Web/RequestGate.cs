using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace SparseProf.Reports.Web;

/// <summary>
/// Lets pass what the page itself asks for: by GET, to the loopback address by its own name (against DNS rebinding), from
/// no other origin, with the token.
/// </summary>
internal sealed class RequestGate(string token)
{
    private readonly byte[] _token = Encoding.ASCII.GetBytes(token);

    /// <summary>Refuses, or hands the path behind the token on.</summary>
    public Task PassAsync(HttpContext context, Func<HttpContext, string, Task> next)
    {
        var request = context.Request;
        Harden(context.Response);
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
            return Refuse(context, StatusCodes.Status405MethodNotAllowed, "only GET");
        if (request.Host.Host is not ("127.0.0.1" or "localhost") || request.Host.Port != context.Connection.LocalPort)
            return Refuse(context, StatusCodes.Status403Forbidden, "another host name");
        if (!IsOwn(request))
            return Refuse(context, StatusCodes.Status403Forbidden, "another origin");
        var path = request.Path.Value ?? "/";
        var end = path.IndexOf('/', 1);
        var given = Encoding.UTF8.GetBytes(end < 0 ? path[Math.Min(1, path.Length)..] : path[1..end]);
        return CryptographicOperations.FixedTimeEquals(given, _token)
            ? next(context, end < 0 ? "" : path[(end + 1)..])
            : Refuse(context, StatusCodes.Status404NotFound, "not found");
    }

    public static Task Refuse(HttpContext context, int status, string why)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(why);
    }

    private static bool IsOwn(HttpRequest request)
    {
        if (request.Headers.Origin is [{ } origin] && origin != $"http://{request.Host}")
            return false;
        // A link from another page may open this one; nothing else may come from there.
        return request.Headers["Sec-Fetch-Site"] is not [{ } site] || site is "same-origin" or "none" || request.Headers["Sec-Fetch-Mode"] is ["navigate"];
    }

    private static void Harden(HttpResponse response)
    {
        var headers = response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
    }
}
