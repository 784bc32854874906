package org.warpmix;

// README: begin
import java.nio.file.Path;
import org.warpmix.fit.Fit;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.inference.Bootstrap;
import org.warpmix.inference.BootstrapResult;
import org.warpmix.inference.Interval;
import org.warpmix.inference.IntervalType;
import org.warpmix.table.Table;
import org.warpmix.table.TableReader;

public class ReadmeExample {
    public static void main(String[] args) {
        Table table = TableReader.withDefaults().read(Path.of("examples/sleepstudy.csv"));
        Fit fit = LinearMixedModel.of("Reaction ~ Days + (Days | Subject)").fit(table);
        System.out.println(fit.fixedEffects().estimate("Days")); // 10.467
        System.out.println(fit.randomEffects().get(0).standardDeviation(1)); // 5.922
        System.out.println(fit.convergence().converged() + " " + fit.warnings()); // true []
        BootstrapResult replicates =
                Bootstrap.of(fit).withReplicates(100_000).withSeed(1).run();
        Interval slope = replicates.interval("beta.Days", IntervalType.PERCENTILE, 0.95);
        System.out.println(slope.lower() + " to " + slope.upper()); // 7.430 to 13.513
    }
}
