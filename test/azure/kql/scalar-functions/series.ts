import { as } from "../expression.ts";
import { isArray, type Value } from "../value.ts";
import { argument, type ScalarFunction } from "./define.ts";

export const series: Readonly<Record<string, ScalarFunction>> = {
  /**
   * An approximation: residuals from a straight line, scored by their standard deviation. Kusto also removes a
   * seasonal part and scores by Tukey's fences, so scores differ from the service; a clear spike is flagged by both.
   */
  series_decompose_anomalies: (call) => {
    const values = as(argument(call, 0), "dynamic");
    const threshold = call.args[1] && as(call.args[1], "real");
    return (row, run) => {
      const points = values(row, run);
      const limit = threshold ? Number(threshold(row, run)) : 1.5;
      return isArray(points) ? anomalies(points.map(Number), limit) : [null, null, null];
    };
  },
};

function anomalies(points: readonly number[], limit: number): Value {
  const baseline = linearFit(points);
  const residuals = points.map((point, index) => point - (baseline[index] ?? 0));
  const deviation = Math.sqrt(mean(residuals.map((residual) => residual ** 2)));
  const scores = residuals.map((residual) => (deviation < 1e-9 ? 0 : residual / deviation));
  return [scores.map((score) => (Math.abs(score) > limit ? Math.sign(score) : 0)), scores, baseline];
}

function linearFit(points: readonly number[]): readonly number[] {
  const middle = (points.length - 1) / 2;
  const average = mean(points);
  let covariance = 0;
  let variance = 0;
  for (const [index, point] of points.entries()) {
    covariance += (index - middle) * (point - average);
    variance += (index - middle) ** 2;
  }
  const slope = variance === 0 ? 0 : covariance / variance;
  return points.map((_, index) => average + slope * (index - middle));
}

function mean(numbers: readonly number[]): number {
  return numbers.length === 0 ? 0 : numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
