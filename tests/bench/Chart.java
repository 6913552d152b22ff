package bench;

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.svg.SVGProcessor;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Paint;
import java.awt.geom.Rectangle2D;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.Axis;
import org.jfree.chart.axis.AxisLocation;
import org.jfree.chart.axis.CategoryAxis;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.LogTick;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTick;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.block.BlockBorder;
import org.jfree.chart.labels.ItemLabelAnchor;
import org.jfree.chart.labels.ItemLabelPosition;
import org.jfree.chart.labels.StandardCategoryItemLabelGenerator;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.CombinedDomainCategoryPlot;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.CategoryItemRenderer;
import org.jfree.chart.renderer.category.LineAndShapeRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.chart.title.LegendTitle;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.category.CategoryDataset;
import org.jfree.data.category.DefaultCategoryDataset;

/// A picture of figures: a row for each server, drawn by JFreeChart as SVG.
///
/// The colours of the SVG are CSS variables, so that a page can be light or dark: JFreeChart draws
/// with made-up colours, which are replaced by the variables' names.
final class Chart {

    /// The width of a picture, in pixels; narrow enough for a telephone.
    private static final int WIDTH = 440;

    /// About what is left of it for bars and labels beside the names of the servers.
    private static final double BARS = 300;

    private static final double BARS_OF_PANEL = 240;

    private static final int LETTER = 8; // wide
    private static final int ROW = 24;
    private static final int AXIS = 34;
    private static final int LEGEND = 26;
    private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);

    /// A colour by what it is for. Its red is no colour but its number.
    private enum Ink {
        TEXT, GRID, YARDSTICK, OTHERS, FIRST, SECOND, THIRD, FOURTH;

        final Color madeUp = new Color(1 + ordinal(), 0, 1);

        String in(String svg) {
            return svg.replace("rgb(%d,0,1)".formatted(madeUp.getRed()),
                    "var(--" + name().toLowerCase(Locale.ROOT) + ")");
        }
    }

    /// The variables, for light pages and for dark ones.
    static final String COLOURS = """
            :root { color-scheme: light dark; --paper: #ffffff; --text: #1f2328; --dim: #59636e;
              --grid: #d1d9e0; --yardstick: #0969da; --others: #7d8792;
              --first: #0969da; --second: #9a6700; --third: #cf222e; --fourth: #8250df; }
            @media (prefers-color-scheme: dark) {
              :root { --paper: #0d1117; --text: #f0f6fc; --dim: #9198a1;
                --grid: #3d444d; --yardstick: #4493f8; --others: #768390;
                --first: #4493f8; --second: #d29922; --third: #f85149; --fourth: #ab7df8; } }
            """;

    /// One figure in a picture.
    ///
    /// @param series what it is a figure of, where there are several for each server
    /// @param row the server
    /// @param label what is written beside it; empty for nothing
    /// @param isYardstick whether it is the yardstick's, or level with that: such bars stand out
    record Point(String series, String row, double value, String label, boolean isYardstick) {}

    private final JFreeChart chart;
    private final int width;
    private final int height;

    private Chart(CategoryPlot plot, int width, int height, boolean legend) {
        plot.setOrientation(PlotOrientation.HORIZONTAL);
        chart = new JFreeChart(null, FONT, plot, legend);
        chart.setBackgroundPaint(null);
        if (legend) paint(chart.getLegend());
        this.width = width;
        this.height = height;
    }

    /// Bars from zero, with labels at their ends. In a single series the yardstick and what is
    /// level with it stand out, several are told apart by a legend.
    static Chart bars(List<Point> points) {
        var data = data(points);
        var several = data.getRowCount() > 1;
        var rowHeight = several ? ROW * 3 / 2 : ROW;
        return new Chart(plot(data, linear(null, points, BARS), bars(points, several)), WIDTH,
                data.getColumnCount() * rowHeight + AXIS + (several ? LEGEND : 0), several);
    }

    /// Bars of different things, side by side, for the same servers.
    ///
    /// @param points the figures, by the title of what they are
    static Chart panels(Map<String, List<Point>> points) {
        var plot = new CombinedDomainCategoryPlot(rows());
        points.forEach((title, those) -> {
            var panel = plot(data(those), linear(title, those, BARS_OF_PANEL), bars(those, false));
            panel.setOrientation(PlotOrientation.HORIZONTAL);
            plot.add(panel);
        });
        plot.setGap(20);
        var servers = points.values().stream().mapToLong(List::size).max().orElse(0);
        return new Chart(plot, 2 * WIDTH, (int) servers * ROW + AXIS + ROW, false);
    }

    /// Marks on a logarithmic axis of time.
    ///
    /// @param points their values in microseconds
    static Chart marks(List<Point> points) {
        var data = data(points);
        var renderer = new LineAndShapeRenderer(false, true);
        var inks = List.of(Ink.FIRST, Ink.SECOND, Ink.THIRD, Ink.FOURTH);
        for (int series = 0; series < data.getRowCount(); series++) {
            renderer.setSeriesPaint(series, inks.get(series % inks.size()).madeUp);
        }
        var plot = plot(data, logarithmic(), renderer);
        plot.setDomainGridlinesVisible(true);
        plot.setDomainGridlinePaint(Ink.GRID.madeUp);
        return new Chart(plot, WIDTH, data.getColumnCount() * ROW + AXIS + LEGEND, true);
    }

    private static CategoryDataset data(List<Point> points) {
        var data = new DefaultCategoryDataset();
        points.forEach(point -> data.addValue(point.value(), point.series(), point.row()));
        return data;
    }

    private static CategoryPlot plot(CategoryDataset data, ValueAxis values,
            CategoryItemRenderer renderer) {
        var plot = new CategoryPlot(data, rows(), values, renderer);
        plot.setRangeAxisLocation(AxisLocation.BOTTOM_OR_LEFT);
        plot.setBackgroundPaint(null);
        plot.setOutlineVisible(false);
        plot.setRangeGridlinePaint(Ink.GRID.madeUp);
        plot.setRangeGridlineStroke(new BasicStroke(1));
        plot.setDomainGridlineStroke(new BasicStroke(1));
        plot.setInsets( // on the right for half of the last number on the axis
                new RectangleInsets(2, 0, 2, 20));
        return plot;
    }

    private static CategoryAxis rows() {
        var axis = new CategoryAxis();
        axis.setMaximumCategoryLabelWidthRatio(1); // or long names are cut
        axis.setLowerMargin(0);
        axis.setUpperMargin(0);
        axis.setTickMarksVisible(false);
        axis.setCategoryLabelPositionOffset(8); // the browser's letters may be wider than ours
        paint(axis);
        return axis;
    }

    /// As long as the longest bar, and a label behind it.
    private static NumberAxis linear(String title, List<Point> points, double width) {
        var axis = new NumberAxis(title);
        var letters = points.stream().mapToInt(point -> point.label().length()).max().orElse(0);
        var label = LETTER * (letters + 1) / width; // as a part of it
        axis.setUpperMargin(label / (1 - label));
        axis.setNumberFormatOverride(new DecimalFormat("#,##0.##"));
        paint(axis);
        return axis;
    }

    private static ValueAxis logarithmic() {
        var axis = new TimeAxis();
        axis.setTickUnit(new NumberTickUnit(1)); // a power of ten
        paint(axis);
        return axis;
    }

    /// Microseconds, in the unit that suits. LogAxis would draw its labels as curves, and in the
    /// colour of the grid; as plain text they are letters, and in the colour of letters.
    private static final class TimeAxis extends LogAxis {

        private static final long serialVersionUID = 1;

        @Override
        protected List<?> refreshTicksHorizontal(
                Graphics2D graphics, Rectangle2D area, RectangleEdge edge) {
            List<?> ticks = super.refreshTicksHorizontal(graphics, area, edge);
            return ticks.stream().map(TimeAxis::plain).toList();
        }

        private static Object plain(Object tick) {
            return tick instanceof LogTick log && log.getAttributedLabel() != null
                    ? new NumberTick(log.getValue(), Findings.time(log.getValue()),
                            log.getTextAnchor(), log.getRotationAnchor(), log.getAngle())
                    : tick;
        }
    }

    private static void paint(Axis axis) {
        axis.setTickLabelFont(FONT);
        axis.setTickLabelPaint(Ink.TEXT.madeUp);
        axis.setLabelFont(FONT);
        axis.setLabelPaint(Ink.TEXT.madeUp);
        axis.setAxisLinePaint(Ink.GRID.madeUp);
        axis.setTickMarkPaint(Ink.GRID.madeUp);
    }

    private static void paint(LegendTitle legend) {
        legend.setBackgroundPaint(null);
        legend.setFrame(BlockBorder.NONE);
        legend.setItemFont(FONT);
        legend.setItemPaint(Ink.TEXT.madeUp);
    }

    private static BarRenderer bars(List<Point> points, boolean several) {
        var standOut = points.stream().filter(Point::isYardstick).map(Point::row)
                .collect(Collectors.toSet());
        var renderer = new BarRenderer() {
            private static final long serialVersionUID = 1;

            @Override
            public Paint getItemPaint(int series, int row) {
                if (several) return (series == 0 ? Ink.FIRST : Ink.SECOND).madeUp;
                return (standOut.contains(getPlot().getDataset().getColumnKey(row))
                        ? Ink.YARDSTICK : Ink.OTHERS).madeUp;
            }
        };
        renderer.setBarPainter(new StandardBarPainter());
        renderer.setShadowVisible(false);
        renderer.setMaximumBarWidth(0.5);
        renderer.setItemMargin(0.05);
        if (several) {
            renderer.setSeriesPaint(0, Ink.FIRST.madeUp);
            renderer.setSeriesPaint(1, Ink.SECOND.madeUp);
        }
        label(renderer, points);
        return renderer;
    }

    private static void label(BarRenderer renderer, List<Point> points) {
        var labels = new HashMap<List<Comparable<?>>, String>();
        points.forEach(point -> labels.put(List.of(point.series(), point.row()), point.label()));
        renderer.setDefaultItemLabelGenerator(new StandardCategoryItemLabelGenerator() {
            private static final long serialVersionUID = 1;

            @Override
            public String generateLabel(CategoryDataset data, int series, int row) {
                return labels.get(List.of(data.getRowKey(series), data.getColumnKey(row)));
            }
        });
        renderer.setDefaultItemLabelsVisible(true);
        renderer.setDefaultItemLabelFont(FONT);
        renderer.setDefaultItemLabelPaint(Ink.TEXT.madeUp);
        var atTheEnd = new ItemLabelPosition(ItemLabelAnchor.OUTSIDE3, TextAnchor.CENTER_LEFT);
        renderer.setDefaultPositiveItemLabelPosition(atTheEnd);
        renderer.setDefaultNegativeItemLabelPosition(atTheEnd);
    }

    /// The picture for a page that defines [#COLOURS].
    ///
    /// @param description for those who do not see it
    String inline(String description) {
        return svg("""
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" \
                style="font-size: 12px" role="img" aria-label="%s">"""
                .formatted(width, height, width, escape(description)));
    }

    /// The picture as a file of its own.
    String standalone(String description) {
        return inline(description).replaceFirst("(?<=>)", Matcher.quoteReplacement(
                "\n<style>" + COLOURS + "</style>\n"
                        + "<rect width=\"100%\" height=\"100%\" style=\"fill: var(--paper)\"/>"));
    }

    private String svg(String root) {
        var graphics = new VectorGraphics2D();
        chart.draw(graphics, new Rectangle2D.Double(0, 0, width, height));
        var document = new SVGProcessor().getDocument(
                graphics.getCommands(), new PageSize(0, 0, width, height));
        var out = new ByteArrayOutputStream();
        try {
            document.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // into memory: it cannot happen
        }
        var svg = out.toString(UTF_8)
                .replaceFirst("(?s)^.*?<svg[^>]*>", Matcher.quoteReplacement(root))
                .replaceAll("font-family:&quot;[^&]*&quot;", "font-family:sans-serif");
        for (var ink : Ink.values()) {
            svg = ink.in(svg);
        }
        return svg;
    }

    /// Text as it stands in HTML and XML.
    static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }
}
