package dev.interlock.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.interlock.effect.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FolderToolsTest {

    @TempDir
    private Path temporary;

    private Path folder;
    private Path secret;
    private FolderTools tools;

    @BeforeEach
    void make() throws IOException {
        folder = Files.createDirectory(temporary.resolve("folder"));
        secret = Files.writeString(temporary.resolve("secret.txt"), "secret");
        Files.writeString(folder.resolve("a.txt"), "text of a");
        tools = new FolderTools(folder);
    }

    @Test
    void files_of_the_folder_are_read_written_and_listed() throws IOException {
        assertThat(tools.readFile("a.txt")).isEqualTo("text of a");
        assertThat(tools.readFile("./a.txt")).isEqualTo("text of a");
        assertThat(tools.writeFile("sub/b.txt", "bé")).isEqualTo("wrote 3 bytes");
        assertThat(tools.writeFile("sub/b.txt", "b")).isEqualTo("wrote 1 byte");
        assertThat(folder.resolve("sub/b.txt")).hasContent("b");
        assertThat(tools.listFiles(".")).isEqualTo("a.txt\nsub/\nsub/b.txt");
        assertThat(tools.listFiles("sub")).isEqualTo("sub/b.txt");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../secret.txt",
                "sub/../../secret.txt",
                "a.txt/../../secret.txt",
                "./../secret.txt",
                "..",
                "sub/..",
                "/etc/passwd",
                "//etc/passwd",
                "\\\\server\\share",
                "",
                " ",
                "a\0.txt"
            })
    void paths_that_lead_out_are_refused(String path) {
        assertRefused(path);
    }

    @Test
    void the_absolute_path_of_a_file_in_the_folder_is_refused_too() {
        assertRefused(folder.resolve("a.txt").toString());
    }

    @Test
    void links_are_refused_wherever_they_lead() throws IOException {
        Files.createSymbolicLink(folder.resolve("link.txt"), secret);
        Files.createSymbolicLink(folder.resolve("out"), temporary);
        Files.createSymbolicLink(folder.resolve("inside.txt"), folder.resolve("a.txt"));
        Files.createSymbolicLink(folder.resolve("dangling.txt"), temporary.resolve("new.txt"));

        assertRefused("link.txt");
        assertRefused("out");
        assertRefused("out/secret.txt");
        assertRefused("inside.txt");
        assertRefused("dangling.txt");
        assertThat(secret).hasContent("secret");
        assertThat(temporary.resolve("new.txt")).doesNotExist();
    }

    @Test
    void listing_does_not_follow_links() throws IOException {
        Files.createSymbolicLink(folder.resolve("out"), temporary);

        assertThat(tools.listFiles(".")).isEqualTo("a.txt\nout");
    }

    @Test
    void the_folder_itself_may_be_given_by_a_link() throws IOException {
        Path link = Files.createSymbolicLink(temporary.resolve("link"), folder);

        assertThat(new FolderTools(link).readFile("a.txt")).isEqualTo("text of a");
    }

    @Test
    void long_files_are_cut_off_and_not_written() throws IOException {
        Files.writeString(folder.resolve("long.txt"), "x".repeat(FolderTools.MAX_BYTES + 1));

        assertThat(tools.readFile("long.txt"))
                .hasSize(FolderTools.MAX_BYTES + 21)
                .endsWith("x\n(the file is longer)");
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> tools.writeFile("more.txt", "x".repeat(FolderTools.MAX_BYTES + 1)))
                .withMessage("a file must have at most 65536 bytes, would have 65537");
    }

    @Test
    void what_is_no_file_is_not_read_or_written() throws IOException {
        Files.createDirectory(folder.resolve("sub"));

        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> tools.readFile("sub"));
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> tools.readFile("none.txt"));
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> tools.writeFile("sub", "text"));
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> tools.writeFile(".", "text"));
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> tools.listFiles("a.txt"));
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> new FolderTools(secret));
    }

    @Test
    void paths_that_are_one_file_on_some_file_system_are_one_resource() {
        Resource file = Resource.of("file/sub/a.txt");

        assertThat(FolderTools.resource("sub/a.txt", '/')).isEqualTo(file);
        assertThat(FolderTools.resource("./SUB//A.txt", '/')).isEqualTo(file);
        assertThat(FolderTools.resource("Sub\\a.txt", '\\')).isEqualTo(file);
        assertThat(FolderTools.resource("sub./a.txt..", '\\')).isEqualTo(file);
        assertThat(FolderTools.resource("caf\u00e9", '/'))
                .isEqualTo(FolderTools.resource("CAFE\u0301", '/'))
                .isNotEqualTo(FolderTools.resource("cafe", '/'));
        assertThat(FolderTools.resource("stra\u00dfe", '/')).isEqualTo(FolderTools.resource("STRASSE", '/'));
    }

    @Test
    void paths_of_other_files_are_other_resources_and_folders_contain_theirs() {
        Resource file = FolderTools.resource("sub/a.txt", '/');

        assertThat(FolderTools.resource("sub/b.txt", '/').overlaps(file)).isFalse();
        assertThat(FolderTools.resource("sub\\a.txt", '/').overlaps(file)).isFalse();
        assertThat(FolderTools.resource(".", '/').contains(file)).isTrue();
        assertThat(FolderTools.resource("", '/').contains(file)).isTrue();
        assertThat(FolderTools.resource("Sub", '/').contains(file)).isTrue();
        assertThat(FolderTools.resource("sub\\LONGNA~1.TXT", '\\')).isEqualTo(Resource.of("file/sub"));
    }

    private void assertRefused(String path) {
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> tools.readFile(path));
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> tools.writeFile(path, "text"));
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> tools.listFiles(path));
    }
}
