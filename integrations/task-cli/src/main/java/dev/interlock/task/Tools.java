package dev.interlock.task;

import dev.interlock.langchain4j.ParallelTools;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tools of one run of the command: those for which there is something to work on. */
final class Tools implements AutoCloseable {

    private final List<Object> objects = new ArrayList<>();
    private final boolean hasFolder;
    private final HttpTools http;
    private final SqlTools sql;

    /**
     * Makes the tools.
     *
     * @param folder of the files, or null for no files
     * @param script of the database
     * @param hosts that may be asked
     */
    Tools(@Nullable Path folder, String script, List<String> hosts) throws IOException, SQLException {
        hasFolder = folder != null;
        if (folder != null) {
            objects.add(new FolderTools(folder));
        }
        http = new HttpTools(hosts);
        if (!hosts.isEmpty()) {
            objects.add(http);
        }
        sql = new SqlTools(script);
        objects.add(sql);
        objects.add(new Calculator());
    }

    Object[] objects() {
        return objects.toArray();
    }

    /** Says what the tools read and write, as far as they have no annotations for it. */
    void declareEffects(ParallelTools.Builder tools) {
        if (hasFolder) {
            FolderTools.declareEffects(tools);
        }
    }

    @Override
    public void close() throws SQLException {
        http.close();
        sql.close();
    }
}
