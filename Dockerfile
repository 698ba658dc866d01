# syntax=docker/dockerfile:1.19
# The image of each program of the split deployment:
#   docker build --build-arg PROGRAM=command-side -t annals/command-side .
# PROGRAM is gateway, command-side or query-side.

FROM maven:3.9.11-eclipse-temurin-25 AS build
ARG PROGRAM
WORKDIR /source
COPY . .
# The standalone program has the stores for the training below.
RUN --mount=type=cache,target=/root/.m2 \
    mvn -B -q -pl "$PROGRAM,standalone" -am -DskipTests -Dspotless.check.skip -Dcodegen.skip package \
    && cp "$PROGRAM/target/$PROGRAM-exec.jar" /annals.jar \
    && cp -r standalone/target/annals /training
# Files that seldom change are in separate layers, so a new version is a small download.
RUN java -Djarmode=tools -jar /annals.jar extract --layers --destination /layers

FROM eclipse-temurin:25.0.1_8-jre-noble
ARG PROGRAM
# A new volume takes the owner of the folder that it is mounted on.
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin annals \
    && install --directory --owner=annals --mode=0700 /var/lib/annals
WORKDIR /annals
COPY deploy/jvm.options ./
COPY --from=build /layers/dependencies/ ./
COPY --from=build /layers/spring-boot-loader/ ./
COPY --from=build /layers/snapshot-dependencies/ ./
COPY --from=build /layers/application/ ./
# Of an arena per thread, the C library gives little memory back.
ENV SPRING_THREADS_VIRTUAL_ENABLED=true \
    MALLOC_ARENA_MAX=2
# Runs the program under load for a minute, with its stores and the other side beside it: the cache then has the classes and the
# profiles of real use. As the user of the image, since PostgreSQL refuses to run as root.
RUN --mount=type=bind,from=build,source=/training,target=/training \
    install --directory --owner=annals /tmp/trained \
    && setpriv --reuid=annals --regid=annals --clear-groups \
       java -cp /training/annals-launcher.jar dev.annals.standalone.Training "$PROGRAM" \
       java @/annals/jvm.options -XX:AOTCacheOutput=/tmp/trained/annals.aot -jar /annals/annals.jar \
    && cp /tmp/trained/annals.aot . \
    && rm -r /tmp/trained
USER 10001
EXPOSE 8080 8081
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=6 \
    CMD ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx32m", "-cp", "annals.jar", \
         "dev.annals.base.start.HealthProbe"]
# The program is process 1, so that it receives SIGTERM and drains. It writes only to /tmp and, with a volume, to
# /var/lib/annals: the rest may be read-only.
ENTRYPOINT ["java", "@/annals/jvm.options", "-XX:AOTCache=/annals/annals.aot", "-XX:MaxRAMPercentage=70", \
            "-XX:+ExitOnOutOfMemoryError", "-jar", "/annals/annals.jar"]
