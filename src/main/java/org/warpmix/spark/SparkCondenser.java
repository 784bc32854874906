package org.warpmix.spark;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.warpmix.fit.Condenser;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.model.CondensedRows;

/**
 * Condenses the files of a table, each on an executor that can read it, and merges what they become in the order of the files: the same
 * bits whoever reads which file, and however often.
 *
 * <pre>
 * CondensedRows rows = SparkCondenser.read(context, () -&gt; LinearMixedModel.of("y ~ x + (1 | g)"), files);
 * Fit fit = LinearMixedModel.of("y ~ x + (1 | g)").fit(rows);
 * </pre>
 */
public final class SparkCondenser {

    private SparkCondenser() {}

    /** The model, made anew on each executor. */
    @FunctionalInterface
    public interface Recipe extends Serializable {
        LinearMixedModel make();
    }

    /**
     * Reads files.
     *
     * @param files parts of one table, as executors find them: on storage that all share
     * @throws IllegalArgumentException where files and model do not go together
     */
    public static CondensedRows read(JavaSparkContext context, Recipe recipe, List<Path> files) {
        List<String> names = files.stream().map(Path::toString).toList();
        CondensedRows merged = recipe.make().condensedRows();
        for (Piece piece : context.parallelize(names, names.size())
                .map(name -> condense(recipe, name))
                .collect()) {
            if (piece.refusal() != null) {
                throw new IllegalArgumentException(piece.refusal());
            }
            merged.merge(piece.rows(merged));
        }
        return merged;
    }

    /** The condensed rows of one file, or why there are none. */
    private record Piece(String refusal, byte[] bytes) implements Serializable {
        private static final long serialVersionUID = 1L;

        CondensedRows rows(CondensedRows of) {
            try {
                return CondensedRows.readFrom(new ByteArrayInputStream(bytes), of.formula(), of.options());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static Piece condense(Recipe recipe, String name) throws IOException {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            // One thread: sums of several are added in the order in which these come.
            Condenser.of(recipe.make())
                    .withThreads(1)
                    .read(List.of(Path.of(name)))
                    .writeTo(bytes);
            return new Piece(null, bytes.toByteArray());
        } catch (IllegalArgumentException e) { // it would be the same again
            return new Piece(e.getMessage(), null);
        }
    }
}
