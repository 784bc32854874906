package org.warpmix.spark;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntPredicate;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkFiles;
import org.apache.spark.api.java.JavaSparkContext;
import org.warpmix.model.CondensedRows;
import org.warpmix.unit.RunIdentity;
import org.warpmix.unit.UnitStore;

/** The cluster that this process was submitted to, for callers that do not know Spark. */
public final class Cluster implements AutoCloseable {

    private final JavaSparkContext context;

    private Cluster(JavaSparkContext context) {
        this.context = context;
    }

    /**
     * Connects.
     *
     * @throws IllegalArgumentException where {@code spark-submit} has not started this process
     * @throws UncheckedIOException where there is no way to the cluster, in one line
     * @throws NoClassDefFoundError where there is no Spark
     */
    public static Cluster submitted() {
        SparkConf conf = new SparkConf().setIfMissing("spark.app.name", "warpmix");
        if (!conf.contains("spark.master")) {
            throw new IllegalArgumentException("No Spark cluster is named. Start this with spark-submit --master URL.");
        }
        try {
            return new Cluster(new JavaSparkContext(conf));
        } catch (Exception e) { // whatever Scala throws, unchecked or not
            throw SparkUnits.failure(e);
        }
    }

    /** Sends a file of this machine to all executors; {@link #sent} finds it there by its name. */
    public void send(Path file) {
        context.addFile(file.toAbsolutePath().toString());
    }

    /** On an executor: where a file that was sent is. */
    public static Path sent(String name) {
        return Path.of(SparkFiles.get(name));
    }

    /** As {@link SparkUnits#fill}. */
    public boolean fill(RunRecipe recipe, RunIdentity identity, UnitStore store, IntPredicate goesOn) {
        return SparkUnits.fill(context, recipe, identity, store, goesOn);
    }

    /** As {@link SparkCondenser#read}. */
    public CondensedRows read(SparkCondenser.Recipe recipe, List<Path> files) {
        return SparkCondenser.read(context, recipe, files);
    }

    @Override
    public void close() {
        context.close();
    }
}
