/** The line that lies nearest to the points, by least squares. */
export const fitLine = (points) => {
  const mean = (of) => points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean(([size]) => size), mean(([, rent]) => rent)];
  const slope = mean(([size, rent]) => (size - x) * (rent - y)) / mean(([size]) => (size - x) ** 2);
  return { slope, offset: y - slope * x };
};
