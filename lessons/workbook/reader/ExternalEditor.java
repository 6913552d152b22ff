package workbook.reader;

import module java.base;

/// The reader's own editor: what `VISUAL` or `EDITOR` names.
public record ExternalEditor(String command) {

    /// The editor that the environment names, if it does.
    public static Optional<ExternalEditor> of(Map<String, String> environment) {
        return Stream.of("VISUAL", "EDITOR").map(environment::get)
                .filter(command -> command != null && !command.isBlank())
                .map(ExternalEditor::new).findFirst();
    }

    /// Waits until the reader has done with a text.
    ///
    /// @param suffix of the file it is put into, by which the editor knows the language
    /// @throws IOException if the editor cannot be started, or fails
    public String edit(String text, String suffix) throws IOException, InterruptedException {
        var file = Files.createTempFile("cell", suffix);
        try {
            Files.writeString(file, text);
            var status = new ProcessBuilder(words(file.toString())).inheritIO().start().waitFor();
            if (status != 0) throw new IOException("exit " + status);
            return Files.readString(file).replace("\r\n", "\n");
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static final Set<String> WITH_WINDOWS = Set.of("code", "codium", "cursor", "zed", "subl",
            "gedit", "gnome-text-editor", "kate", "kwrite", "mousepad", "xed", "pluma", "geany",
            "gvim", "mvim", "macvim", "mate", "bbedit", "open", "idea", "idea.sh", "notepad",
            "notepad++");

    /// Whether it has a window of its own, as far as its name tells. All others may need the
    /// terminal.
    public boolean hasWindow() {
        var name = Path.of(words("").getFirst()).getFileName().toString();
        return WITH_WINDOWS.contains(name.replaceFirst("\\.(exe|cmd)$", ""));
    }

    /// Opens a file, in a window or in the terminal, and does not wait.
    ///
    /// @throws IOException if it cannot be started
    public Process open(Path file) throws IOException {
        var builder = new ProcessBuilder(words(file.toString()));
        if (hasWindow()) {
            builder.redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD);
        } else {
            builder.inheritIO();
        }
        return builder.start();
    }

    /// The command may hold arguments of its own, as in `code --wait`.
    private List<String> words(String file) {
        var words = new ArrayList<>(List.of(command.strip().split("\\s+")));
        words.add(file);
        return words;
    }
}
