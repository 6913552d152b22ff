package workbook.console;

import module java.base;

import workbook.reader.ExternalEditor;
import workbook.rendering.Style;
import workbook.screen.Screen;

/// Lets the reader change a cell, in an editor or at the prompt. The chapter stays as it is.
final class Editing {

    private final Optional<ExternalEditor> editor;
    private final Place place;
    private final Screen screen;
    private final Output output;

    Editing(Optional<ExternalEditor> editor, Place place, Screen screen, Output output) {
        this.editor = editor;
        this.place = place;
        this.screen = screen;
        this.output = output;
    }

    /// @return whether there is a new version now
    boolean edit(int cell) {
        if (!screen.isInteractive()) {
            output.say(Message.NO_EDITOR);
            return false;
        }
        var code = edited(cell).filter(text -> !text.isBlank());
        code.ifPresent(text -> place.edit(cell, text.stripTrailing() + "\n"));
        return code.isPresent();
    }

    private Optional<String> edited(int cell) {
        if (editor.isPresent()) return editedWith(editor.get(), place.code(cell));
        output.say(Message.EDITING);
        return screen.edit(output.styled("edit:" + cell + "> ", Style.PROMPT),
                place.code(cell).stripTrailing());
    }

    private Optional<String> editedWith(ExternalEditor editor, String code) {
        var text = new AtomicReference<String>();
        screen.lend(() -> {
            try {
                text.set(editor.edit(code, ".java"));
            } catch (IOException e) {
                output.say(Message.EDITOR_FAILED, editor.command(), e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        return Optional.ofNullable(text.get());
    }
}
