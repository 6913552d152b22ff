package workbook.console;

import module java.base;

import wire.Words;
import workbook.engine.CellEngine;
import workbook.rendering.Style;
import workbook.screen.Screen;

/// Shows what there is: variables, what is open, what has crossed the sockets.
final class Inspection {

    private final CellEngine engine;
    private final Place place;
    private final Screen screen;
    private final Output output;
    private final Pager pager;
    private boolean drawsAlways;

    Inspection(CellEngine engine, Place place, Screen screen, Output output, Pager pager) {
        this.engine = engine;
        this.place = place;
        this.screen = screen;
        this.output = output;
        this.pager = pager;
    }

    void variables() {
        var all = engine.variables();
        if (all.isEmpty()) output.say(Message.NO_VARS);
        for (var variable : all) {
            output.printLine(variable.type() + " " + output.styled(variable.name(), Style.NAME)
                    + " = " + variable.value());
        }
    }

    void sockets() {
        var all = engine.opened();
        if (all.isEmpty()) output.say(Message.NO_SOCKETS);
        for (var each : all) {
            var name = each.name().isEmpty() ? ""
                    : " " + output.styled(each.name(), Style.NAME);
            output.printLine(output.tagged(each.cell(), each.kind() + name + ": "
                    + each.state().replace("\n", "\n    ")));
        }
    }

    void wire() {
        draw(wireOf(CellEngine.LAST));
    }

    void wire(int cell) {
        draw(wireOf(cell));
    }

    /// Whether the sockets are drawn after every cell from now on.
    void drawsAlways(boolean always) {
        drawsAlways = always;
        output.say(always ? Message.WIRE_ON : Message.WIRE_OFF);
    }

    /// A cell has run, or what was typed.
    ///
    /// @param cell its number, or [CellEngine#LAST]
    void afterRun(int cell) {
        if (drawsAlways) pager.show(wireOf(cell));
    }

    void bytes() {
        draw(engine.bytes(CellEngine.LAST, words(), output.columns(), screen.isColoured()));
    }

    private List<String> wireOf(int cell) {
        return engine.wire(cell, words(), output.columns(), screen.isColoured());
    }

    private Words words() {
        return Words.of(place.language().code());
    }

    private void draw(List<String> picture) {
        if (picture.isEmpty()) output.say(engine.hasWire() ? Message.NO_WIRE : Message.NO_TAP);
        pager.show(picture);
    }
}
