package exercises;

import module java.base;

import exercises.Callee.Reply.*;
import workbook.reader.Language;

/// Judges 07a: `static Path find(Path folder, String name)`.
final class Exercise07a implements Judge {

    @Override
    public List<Requirement> requirements() {
        return List.of(
                new Finds(new Words("A file in the folder, or below it, is found.",
                        "文件夹里和子文件夹里的文件都能找到。"), _ -> Stream.of(
                        Name.good("a.txt", "a.txt"), Name.good("sub/b.txt", "sub/b.txt"),
                        Name.good("..c.txt", "..c.txt"), Name.good("sub/../a.txt", "a.txt"),
                        Name.good("./a.txt", "a.txt"))),
                new Finds(new Words("No name leads out of the folder.",
                        "任何名字都跑不出文件夹。"), folder -> Stream.of(
                        new Name("../secret.txt", null, "LEAVES_WITH_DOTS"),
                        new Name("sub/../../secret.txt", null, "LEAVES_WITH_DOTS"),
                        new Name(folder.resolveSibling("secret.txt").toString(), null,
                                "ABSOLUTE_NAME"),
                        new Name("../files-2/other.txt", null, "PREFIX_OF_TEXT"))),
                new Finds(new Words("What is no file, or no name at all, is null.",
                        "不是文件的，或者根本不是名字的，返回 null。"), _ -> Stream.of(
                        new Name("none.txt", null, "NO_NAME_AT_ALL"),
                        new Name("a.txt/b", null, "NO_NAME_AT_ALL"),
                        new Name("a\0.txt", null, "NO_NAME_AT_ALL"),
                        new Name("x".repeat(300), null, "NO_NAME_AT_ALL"),
                        new Name("", null, "GIVES_OUT_A_FOLDER"),
                        new Name("sub", null, "GIVES_OUT_A_FOLDER"))),
                new Finds(new Words("A symbolic link does not lead out of it either.",
                        "符号链接也带不出去。"), Exercise07a::links));
    }

    @Override
    public Set<String> causes() {
        return Set.of("LEAVES_WITH_DOTS", "ABSOLUTE_NAME", "PREFIX_OF_TEXT", "FOLLOWS_A_LINK",
                "REFUSES_A_GOOD_NAME", "NO_NAME_AT_ALL", "GIVES_OUT_A_FOLDER");
    }

    /// Where there are links.
    private static Stream<Name> links(Path folder) {
        try {
            Files.createSymbolicLink(folder.resolve("link.txt"), Path.of("../secret.txt"));
            Files.createSymbolicLink(folder.resolve("out"), Path.of(".."));
            return Stream.of(new Name("link.txt", null, "FOLLOWS_A_LINK"),
                    new Name("out/secret.txt", null, "FOLLOWS_A_LINK"));
        } catch (IOException | UnsupportedOperationException _) {
            return Stream.empty(); // on Windows they are a privilege
        }
    }

    /// @param due a file in the folder; null if there is none for this name
    /// @param cause of something else
    private record Name(String text, String due, String cause) {

        static Name good(String text, String due) {
            return new Name(text, due, "REFUSES_A_GOOD_NAME");
        }
    }

    /// Calls `find` for one name after the other, in a folder of its own.
    private record Finds(Words expected, Function<Path, Stream<Name>> names)
            implements Requirement {

        @Override
        public Optional<Finding> broken(Submission submission)
                throws IOException, InterruptedException {
            var place = Files.createTempDirectory("exercise07a");
            try (var callee = new Callee(submission, "find", Path.class, String.class)) {
                var folder = furnished(place);
                for (var name : (Iterable<Name>) names.apply(folder)::iterator) {
                    var reply = callee.call(folder, name.text);
                    if (!isRight(folder, name, reply)) {
                        return Optional.of(finding(place, name, reply));
                    }
                }
                return Optional.empty();
            } finally {
                delete(place);
            }
        }

        private static Path furnished(Path place) throws IOException {
            var folder = Files.createDirectory(place.resolve("files"));
            Files.createDirectory(folder.resolve("sub"));
            Files.createDirectory(place.resolve("files-2"));
            for (var file : List.of("files/a.txt", "files/..c.txt", "files/sub/b.txt",
                    "files-2/other.txt", "secret.txt")) {
                Files.writeString(place.resolve(file), file);
            }
            return folder;
        }

        private static void delete(Path place) throws IOException {
            try (var all = Files.walk(place)) {
                for (var each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }

        private static boolean isRight(Path folder, Name name, Callee.Reply reply)
                throws IOException {
            if (!(reply instanceof Returned(var value))) return false;
            if (name.due == null || !(value instanceof Path came)) {
                return name.due == null && value == null;
            }
            return Files.exists(came) && Files.isSameFile(came, folder.resolve(name.due));
        }

        private static Finding finding(Path place, Name name, Callee.Reply reply) {
            var shown = name.text.replace(place.toString(), "/place").replace("\0", "\\0");
            var text = shown.length() > 40 ? shown.substring(0, 37) + "..." : shown;
            var cause = reply instanceof Threw && name.due == null ? "NO_NAME_AT_ALL" : name.cause;
            return new Finding(cause, language -> List.of(
                    "/place/files    a.txt  ..c.txt  sub/b.txt",
                    "/place          secret.txt  files-2/other.txt",
                    "find(/place/files, \"" + text + "\")",
                    new Words("due   ", "应当  ").in(language)
                            + (name.due == null ? "null" : "/place/files/" + name.due),
                    new Words("came  ", "结果  ").in(language)
                            + came(place, reply, language)));
        }

        private static final ScriptedInput NOTHING_READ =
                new ScriptedInput(List.of(), ScriptedInput.End.CLOSES);

        private static String came(Path place, Callee.Reply reply, Language language) {
            var text = Replies.inWords(reply, NOTHING_READ).in(language).replace("\0", "\\0")
                    .replaceAll("(/private)?" + Pattern.quote(place.toString()), "/place");
            return text.length() > 64 ? text.substring(0, 61) + "..." : text;
        }
    }
}
