package dev.interlock.task;

import dev.interlock.langchain4j.ParallelTools;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tools of one run of the command, as far as they have something to work on. */
final class Tools implements AutoCloseable {

    private final List<Object> objects = new ArrayList<>();
    private final boolean hasFolder;
    private final HttpTools http;
    private final SqlTools sql;

    /**
     * Creates the tools.
     *
     * @param folder the folder for files, or null for no file tools
     * @param script the script of the database
     * @param hosts the allowed hosts
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

    /** Declares what tools without annotations read and write. */
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
