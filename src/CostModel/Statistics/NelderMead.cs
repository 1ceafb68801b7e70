namespace SparseProf.CostModel.Statistics;

/// <summary>Downhill simplex of Nelder and Mead (1965): minimizes without derivatives, deterministic, within a budget of evaluations.</summary>
public static class NelderMead
{
    /// <param name="steps">Size of the first simplex along each coordinate.</param>
    public static double[] Minimize(Func<double[], double> objective, double[] start, double[] steps, int evaluations)
    {
        var n = start.Length;
        var points = new double[n + 1][];
        var values = new double[n + 1];
        for (var i = 0; i <= n; i++)
        {
            points[i] = [.. start];
            if (i > 0)
                points[i][i - 1] += steps[i - 1];
            values[i] = objective(points[i]);
        }

        for (var used = n + 1; used < evaluations;)
        {
            Array.Sort(values, points);
            var centre = Centre(points);
            var reflected = Along(centre, points[n], -1);
            var value = objective(reflected);
            used++;
            if (value < values[0])
            {
                var expanded = Along(centre, points[n], -2);
                var further = objective(expanded);
                used++;
                (points[n], values[n]) = further < value ? (expanded, further) : (reflected, value);
            }
            else if (value < values[n - 1])
            {
                (points[n], values[n]) = (reflected, value);
            }
            else
            {
                var contracted = Along(centre, value < values[n] ? reflected : points[n], 0.5);
                var inside = objective(contracted);
                used++;
                if (inside < Math.Min(value, values[n]))
                {
                    (points[n], values[n]) = (contracted, inside);
                    continue;
                }

                for (var i = 1; i <= n; i++)
                {
                    points[i] = Along(points[0], points[i], 0.5);
                    values[i] = objective(points[i]);
                }

                used += n;
            }
        }

        Array.Sort(values, points);
        return points[0];
    }

    private static double[] Centre(double[][] points)
    {
        var n = points.Length - 1;
        var centre = new double[n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
                centre[j] += points[i][j] / n;
        }

        return centre;
    }

    // origin + factor * (point - origin)
    private static double[] Along(double[] origin, double[] point, double factor)
    {
        var result = new double[origin.Length];
        for (var i = 0; i < result.Length; i++)
            result[i] = origin[i] + factor * (point[i] - origin[i]);
        return result;
    }
}
